import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Schemas } from '@/api/types'
import { Badge } from '@/components/badge/Badge'
import { Button } from '@/components/button/Button'
import { type Column, DataTable } from '@/components/layout/DataTable'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { showToast } from '@/components/toast/toasts'
import { count, dayOf } from '@/words/dates'
import { ConfirmSwitch } from './ConfirmSwitch'
import { difference } from './metrics'

type Release = Schemas['ReleaseSummary']

/** Installed releases; another one serves after one press and a confirmation. */
export function Releases({ serving }: { serving: Release | null }) {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<string | null>(null)
  const found = useQuery({ queryKey: ['releases'], queryFn: () => data(api.GET('/v1/releases')) })
  const publish = useMutation({
    mutationFn: (version: string) =>
      data(api.POST('/v1/admin/releases/{version}/publish', { params: { path: { version } } })),
    onSuccess: ({ version }) => showToast({ text: `${version} serves from the next request on.` }),
    onError: (error) => showToast({ text: `Nothing changed. ${asProblem(error).message}` }),
    onSettled: () => {
      setChosen(null)
      void queries.invalidateQueries()
    },
  })
  return (
    <Section
      title="Releases"
      intro="Installed on this server. Installing another one is the work of segue-pipeline publish."
    >
      {found.error ? <Failure error={found.error} retry={() => found.refetch()} /> : null}
      {found.data ? (
        <DataTable
          caption="Releases"
          columns={columns(serving, setChosen)}
          rows={found.data.items}
          keyOf={({ version }) => version}
        />
      ) : null}
      {chosen ? (
        <ConfirmSwitch
          version={chosen}
          busy={publish.isPending}
          confirm={() => publish.mutate(chosen)}
          cancel={() => setChosen(null)}
        />
      ) : null}
    </Section>
  )
}

const columns = (
  serving: Release | null,
  choose: (version: string) => void,
): [Column<Release>, ...Column<Release>[]] => [
  {
    heading: 'Release',
    cell: ({ version, current }) => (
      <>
        {version} {current ? <Badge flat>serving</Badge> : null}
      </>
    ),
  },
  { heading: 'Made', short: 'Made:', cell: ({ created_at }) => dayOf(created_at) },
  { heading: 'Songs', short: 'Songs:', cell: ({ counts }) => count(counts.tracks ?? 0) },
  {
    heading: 'Against the one serving',
    cell: (release) => (release.current || !serving ? '' : difference(release, serving)),
  },
  {
    heading: 'Switch',
    cell: ({ version, current }) =>
      current ? (
        ''
      ) : (
        <Button onClick={() => choose(version)} aria-label={`Publish ${version}`}>
          Publish
        </Button>
      ),
  },
]

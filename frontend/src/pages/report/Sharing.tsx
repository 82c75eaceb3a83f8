import { IconShare2 } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import type { Report, Schemas } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { Button, ButtonLink } from '@/components/button/Button'
import { CopyRow } from '@/components/code/Code'
import { Line, Lines } from '@/components/lines-list/Lines'
import { Failure } from '@/components/states/Failure'
import { Switch } from '@/components/switch/Switch'
import { ago } from '@/words/dates'
import { MonthlyMail } from './MonthlyMail'
import { periodName } from './period'
import { sharesQuery } from './queries'
import sharing from './sharing.module.css'

/** Links for others, the card, and the monthly mail. */
export default function Sharing({ report }: { report: Report }) {
  return (
    <div className={sharing.sharing}>
      <section aria-label="Share">
        <h2 className="title">Share</h2>
        <p className="soft">A link shows this report as it is now, to whoever has it, until you revoke it.</p>
        <ShareLinks period={report.period} />
      </section>
      <section aria-label="By mail">
        <h2 className="title">By mail</h2>
        <p className="soft">
          The report of each month with at least five new likes, its card and five songs to hear next.
        </p>
        <MonthlyMail />
      </section>
    </div>
  )
}

function ShareLinks({ period }: { period: string }) {
  const client = useQueryClient()
  const shares = useQuery(sharesQuery)
  const [named, setNamed] = useState(false)
  const changed = () => client.invalidateQueries({ queryKey: sharesQuery.queryKey })
  const make = useMutation({
    mutationFn: () => data(api.POST('/v1/me/report/share', { body: { period, voice: 'plain', show_name: named } })),
    onSuccess: () => {
      announce('A link was made.')
      return changed()
    },
  })
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE('/v1/me/report/share/{id}', { params: { path: { id } } }),
    onSuccess: (_, id) => {
      if (make.data?.id === id) make.reset()
      announce('The link was revoked.')
      return changed()
    },
  })
  const error = shares.error ?? make.error ?? revoke.error
  const links = shares.data?.items ?? []
  return (
    <>
      <Switch
        label="Show my name"
        hint="Hidden unless you switch it on."
        checked={named}
        onChange={(on) => {
          make.reset()
          setNamed(on)
        }}
      />
      {make.data ? (
        <div className={sharing.made}>
          <CopyRow text={`${window.location.origin}/shared/${make.data.token}`} label="Copy the link" />
          <p className="micro dim">Copy it now: it is not shown again.</p>
        </div>
      ) : null}
      <div className={sharing.ways}>
        {make.data ? null : (
          <Button busy={make.isPending} onClick={() => make.mutate()}>
            Make a link
          </Button>
        )}
        <ButtonLink
          to="/report/card"
          search={period === 'all' ? {} : { period }}
          icon={<IconShare2 size={20} stroke={1.6} aria-hidden="true" />}
        >
          Share card
        </ButtonLink>
      </div>
      {error ? <Failure error={error} retry={() => void shares.refetch()} /> : null}
      {links.length ? (
        <Lines label="Your links">
          {links.map((link) => (
            <ShareLine
              key={link.id}
              link={link}
              busy={revoke.isPending && revoke.variables === link.id}
              onRevoke={() => revoke.mutate(link.id)}
            />
          ))}
        </Lines>
      ) : null}
    </>
  )
}

interface ShareLineProps {
  link: Schemas['Share']
  busy: boolean
  onRevoke: () => void
}

function ShareLine({ link, busy, onRevoke }: ShareLineProps) {
  const title = link.name ? (
    <>
      {periodName(link.period)}, as <bdi>{link.name}</bdi>
    </>
  ) : (
    `${periodName(link.period)}, without a name`
  )
  const action = (
    <Button kind="plain" busy={busy} onClick={onRevoke}>
      Revoke
    </Button>
  )
  return <Line title={title} detail={`Made ${ago(link.created_at)}`} action={action} />
}

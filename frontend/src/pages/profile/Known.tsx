import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { useUser } from '@/api/session'
import { announce } from '@/components/announcer/announce'
import { Button, ButtonLink } from '@/components/button/Button'
import { DataTable } from '@/components/layout/DataTable'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { sharesQuery, subscriptionQuery } from '@/pages/report/queries'
import { type Source, sources } from './known'
import styles from './profile.module.css'

const likesQuery = {
  queryKey: ['liked', 'count'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    data(api.GET('/v1/me/likes', { params: { query: { limit: 1 } }, signal })),
}
const testQuery = {
  queryKey: ['interest-test', 'count'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    data(api.GET('/v1/me/interest-test', { params: { query: { limit: 1 } }, signal })),
}
const historyQuery = {
  queryKey: ['history', 'last'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    data(api.GET('/v1/me/recommendations/history', { params: { query: { limit: 1 } }, signal })),
}

/** What is known of the person, from where, what it counts for, and what is not known. */
export function Known() {
  const client = useQueryClient()
  const user = useUser()
  const all = useQueries({ queries: [likesQuery, testQuery, historyQuery, sharesQuery, subscriptionQuery] })
  const [likes, test, lists, links, monthly] = all
  const restart = useMutation({
    mutationFn: () => api.DELETE('/v1/me/interest-test'),
    onSuccess: () => {
      announce('The test begins anew.')
      return client.resetQueries({ queryKey: ['interest-test'] })
    },
  })
  const failed = all.find(({ error }) => error)
  const again = () => {
    for (const query of all) if (query.error) void query.refetch()
  }
  const ready = user && likes.data && test.data && lists.data && links.data && monthly.data
  const rows = ready
    ? sources({
        likes: { total: likes.data.total, lastAt: likes.data.items[0]?.liked_at ?? null },
        test: { answered: test.data.answered, likes: test.data.likes },
        lists: { lastAt: lists.data.items[0]?.at ?? null },
        monthlySince: monthly.data.monthly ? (monthly.data.since ?? null) : null,
        links: links.data.items.length,
        memberSince: user.created_at,
      })
    : null
  return (
    <Section
      title="What is known, and from where"
      action={
        <span className={styles.ways}>
          <ButtonLink kind="plain" to="/import">
            Bring your listening
          </ButtonLink>
          <ButtonLink kind="plain" to="/settings" hash="your-data">
            Export everything
          </ButtonLink>
        </span>
      }
    >
      {failed?.error ? <Failure error={failed.error} what="Not all of it could be read." retry={again} /> : null}
      {restart.error ? <Failure error={restart.error} what="The test could not begin anew." /> : null}
      {rows ? (
        <DataTable
          caption="Sources of what is known about you"
          columns={[
            { heading: 'Source', cell: ({ name }: Source) => name },
            { heading: 'Holds', cell: ({ holds }) => holds },
            { heading: 'Counts as', cell: ({ countsAs }) => countsAs },
            { heading: 'Last', short: 'Last:', cell: ({ last }) => last },
            {
              heading: 'Action',
              cell: (row) => <Action source={row} busy={restart.isPending} onRestart={restart.mutate} />,
            },
          ]}
          rows={rows}
          keyOf={({ name }) => name}
        />
      ) : failed ? null : (
        <TrackRowBones rows={4} />
      )}
      <p className={`small soft ${styles.unknown}`}>
        Plays of this app are kept as plays: when and how long. Not known here: age, gender, place, other devices, or
        what you do elsewhere. Nothing is guessed from your taste.
      </p>
    </Section>
  )
}

function Action({ source, busy, onRestart }: { source: Source; busy: boolean; onRestart: () => void }) {
  const { action } = source
  if (action === null) return null
  if (action === 'restart-test')
    return (
      <Button kind="plain" className={styles.action} busy={busy} onClick={() => onRestart()}>
        Begin anew
      </Button>
    )
  return (
    <ButtonLink kind="plain" className={styles.action} to={action.to}>
      {action.words}
    </ButtonLink>
  )
}

import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { Degraded } from '@/components/states/Degraded'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { isUnwanted, useOpinions } from '@/feedback/opinions'
import { remember } from '@/list/tracks'
import { HomeBones } from './HomeBones'
import { HomeRow } from './HomeRow'
import { Onboarding } from './Onboarding'
import styles from './SignedHome.module.css'
import { WeeklyRow } from './WeeklyRow'

const TRACKS = 12
const AGAIN_MS = 10_000

/** Rows of a person's home, each titled by its reason. Before there are five likes, the interest test comes first. */
export default function SignedHome() {
  useOpinions()
  const query = useQuery({
    queryKey: ['home', TRACKS],
    queryFn: async ({ signal }) => {
      const home = await data(api.GET('/v1/me/home', { params: { query: { limit: TRACKS } }, signal }))
      remember(home.rows.flatMap(({ seed, tracks }) => [...(seed ? [seed] : []), ...tracks.map(({ track }) => track)]))
      return home
    },
    refetchInterval: ({ state: { data: last } }) => (last?.degraded ? AGAIN_MS : false),
  })
  const home = query.data
  return (
    <>
      <title>Home · Segue</title>
      <h1 className="sr">Home</h1>
      <Onboarding />
      {query.error ? (
        <div className={styles.note}>
          <Failure error={query.error} what="Home could not be put together." retry={() => void query.refetch()} />
        </div>
      ) : null}
      {home?.degraded ? (
        <div className={styles.note}>
          <Degraded code={home.degraded} />
        </div>
      ) : null}
      {home ? (
        home.rows.map((row) => (
          <HomeRow
            key={row.key + row.title}
            row={{ ...row, tracks: row.tracks.filter(({ track }) => !isUnwanted(track)) }}
          />
        ))
      ) : query.error ? null : (
        <HomeBones />
      )}
      {home && !home.degraded ? <WeeklyRow /> : null}
      {home && !home.rows.length ? (
        <Empty title="Nothing to put here yet">The catalogue of this server holds no songs.</Empty>
      ) : null}
    </>
  )
}

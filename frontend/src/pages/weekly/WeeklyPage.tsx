import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useSession } from '@/api/session'
import { ButtonLink } from '@/components/button/Button'
import { PageHead } from '@/components/layout/PageHead'
import { Degraded } from '@/components/states/Degraded'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Opening } from '@/components/states/Opening'
import { Bone, TrackRowBones } from '@/components/states/Skeleton'
import { Tabs } from '@/components/tabs/Tabs'
import { isUnwanted, useOpinions } from '@/feedback/opinions'
import { EarlierWeeks } from './EarlierWeeks'
import { Leads } from './Leads'
import { weeklyQuery, weekQuery } from './queries'
import { WeeklyActions } from './WeeklyActions'
import { WeeklyTracks } from './WeeklyTracks'
import styles from './weekly.module.css'
import { KEYS, keyOf, rowsOf, type WeeklyKey, WORDS, weekName, weekOf, weekWords } from './words'

/** Three lists that are new each Monday. */
export function WeeklyPage() {
  const { kind } = useSession()
  if (kind === 'guest') return <ForGuests />
  return (
    <Opening>
      {kind === 'signed' ? (
        <Lists />
      ) : (
        <>
          <PageHead title={WORDS.discover.title} />
          <Bones />
        </>
      )}
    </Opening>
  )
}

function Lists() {
  useOpinions()
  const navigate = useNavigate()
  const asked = useSearch({ strict: false }) as { list?: string; week?: string }
  const key = keyOf(asked.list)
  const week = weekOf(asked.week)
  const now = useQuery({ ...weeklyQuery, enabled: !week })
  const before = useQuery({ ...weekQuery(week ?? ''), enabled: Boolean(week) })
  const { data: found, error, refetch } = week ? before : now
  const list = found?.lists.find((one) => one.key === key)
  const rows = list ? rowsOf(list, isUnwanted) : []
  const counts = Object.fromEntries(found?.lists.map((one) => [WORDS[one.key].name, one.tracks.length]) ?? [])
  const show = (name: string) => {
    const chosen = KEYS.find((one) => WORDS[one].name === name)
    void navigate({
      to: '/weekly',
      search: { ...(chosen && chosen !== 'discover' ? { list: chosen } : {}), ...(week ? { week } : {}) },
      replace: true,
    })
  }
  return (
    <>
      <PageHead
        title={week ? WORDS[key].name : WORDS[key].title}
        over={<span className="num">{week ? weekName(week) : weekWords(found?.week)}</span>}
      >
        {list && rows.length ? (
          <WeeklyActions list={list} rows={rows} week={found?.week ?? ''} past={Boolean(week)} />
        ) : null}
      </PageHead>
      <Degraded code={found?.degraded} />
      {error ? (
        <Failure
          error={error}
          what={`${week ? 'The lists of that week' : "This week's lists"} did not load.`}
          retry={() => void refetch()}
        />
      ) : null}
      <Tabs
        label="Weekly lists"
        names={KEYS.map((one) => WORDS[one].name)}
        counts={counts}
        value={WORDS[key].name}
        onChange={show}
      >
        {list ? (
          <div className={styles.split}>
            <section>
              {rows.length ? (
                <>
                  <p className={`soft ${styles.about}`}>{list.about}</p>
                  <WeeklyTracks key={`${list.id} ${week ?? ''}`} list={list} rows={rows} />
                </>
              ) : found?.degraded ? (
                <TrackRowBones />
              ) : week ? (
                <p className="soft">No songs of this list are kept of that week.</p>
              ) : (
                <Nothing of={key} />
              )}
            </section>
            {rows.length || week ? <Leads list={list} week={week} earlier={<EarlierWeeks list={key} />} /> : null}
          </div>
        ) : error ? null : (
          <Bones />
        )}
      </Tabs>
    </>
  )
}

const Bones = () => (
  <div className={styles.split} aria-busy="true">
    <section>
      <div className={styles.about}>
        <Bone width="min(80%, 320px)" height={24} />
      </div>
      <TrackRowBones rows={10} />
    </section>
  </div>
)

const Nothing = ({ of }: { of: WeeklyKey }) => (
  <Empty
    title={WORDS[of].empty}
    action={
      <ButtonLink kind="solid" to={of === 'discover' ? '/test' : '/import'}>
        {of === 'discover' ? 'Take the interest test' : 'Bring your listening'}
      </ButtonLink>
    }
  >
    {WORDS[of].why}
  </Empty>
)

const ForGuests = () => (
  <>
    <PageHead title={WORDS.discover.title} />
    <Empty
      title="Weekly lists need an account"
      action={
        <>
          <ButtonLink kind="solid" to="/signup" search={{ next: '/weekly' }}>
            Make an account
          </ButtonLink>
          <ButtonLink to="/signin" search={{ next: '/weekly' }}>
            Sign in
          </ButtonLink>
        </>
      }
    >
      They are made of what you like and play.
    </Empty>
  </>
)

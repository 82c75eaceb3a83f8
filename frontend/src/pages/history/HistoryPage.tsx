import { useInfiniteQuery } from '@tanstack/react-query'
import { useSession } from '@/api/session'
import { Button, ButtonLink } from '@/components/button/Button'
import { PageHead } from '@/components/layout/PageHead'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Bone, CoverBone, Later } from '@/components/states/Skeleton'
import styles from './HistoryPage.module.css'
import { historyQuery } from './queries'
import { ShownSetRow } from './ShownSetRow'
import { withoutRepeats } from './sets'

const COVERS = 'abcdefghijkl'.split('')

/** The sets that were shown, the latest first. */
export function HistoryPage() {
  const guest = useSession().kind === 'guest'
  return (
    <>
      <PageHead title="Sets you were shown" lead="Every list of the last seven days, as it was." />
      {guest ? <ForGuests /> : <Sets />}
    </>
  )
}

function Sets() {
  const query = useInfiniteQuery(historyQuery)
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  if (isPending) return <Bones />
  if (!data) return <Failure error={error} what="Your history did not load." retry={() => void refetch()} />
  const shown = data.pages.flatMap(({ items }) => items).filter(({ tracks }) => tracks.length > 0)
  const sets = withoutRepeats(shown)
  if (sets.length === 0) return <NothingYet />
  return (
    <>
      <ol className={styles.sets}>
        {sets.map((set) => (
          <ShownSetRow key={set.id} set={set} />
        ))}
      </ol>
      {error ? <Failure error={error} what="Earlier sets did not load." retry={() => void fetchNextPage()} /> : null}
      {hasNextPage ? (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Earlier sets
        </Button>
      ) : null}
    </>
  )
}

const Bones = () => (
  <Later>
    {['a', 'b', 'c'].map((set) => (
      <div key={set} className={styles.set}>
        <div className={`${styles.about} ${styles.bones}`}>
          <Bone width={120} height={20} />
          <Bone width="90%" height={14} />
        </div>
        <div className={styles.drawn}>
          <ol className={`${styles.covers} ${styles.still}`}>
            {COVERS.map((cover) => (
              <li key={cover}>
                <CoverBone />
              </li>
            ))}
          </ol>
        </div>
        <Bone width={64} height={14} />
        <Bone width={160} height={44} />
      </div>
    ))}
  </Later>
)

const NothingYet = () => (
  <Empty
    title="Nothing was shown yet"
    action={
      <ButtonLink kind="solid" to="/">
        Name a song
      </ButtonLink>
    }
  >
    Every list that you are shown is kept here for seven days.
  </Empty>
)

const ForGuests = () => (
  <Empty
    title="A history needs an account"
    action={
      <>
        <ButtonLink kind="solid" to="/signup" search={{ next: '/history' }}>
          Make an account
        </ButtonLink>
        <ButtonLink to="/signin" search={{ next: '/history' }}>
          Sign in
        </ButtonLink>
      </>
    }
  >
    Lists shown to guests are not kept.
  </Empty>
)

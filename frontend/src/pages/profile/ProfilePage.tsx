import { useQuery } from '@tanstack/react-query'
import { useSession } from '@/api/session'
import { ButtonLink } from '@/components/button/Button'
import { PageHead } from '@/components/layout/PageHead'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Bone, CoverBone, Later } from '@/components/states/Skeleton'
import { reportQuery } from '@/pages/report/queries'
import { counted } from '@/words/dates'
import { capital, countInWords } from '@/words/numbers'
import { Known } from './Known'
import styles from './profile.module.css'
import { Sides } from './Sides'
import { Unwanted } from './Unwanted'

/** The sides of a taste, and what is known of the person. */
export function ProfilePage() {
  const session = useSession()
  const report = useQuery({ ...reportQuery('all'), enabled: session.kind !== 'guest' })
  if (session.kind === 'guest') return <Guest />
  if (report.isLoading) return <Opening />
  const sides = report.data?.clusters ?? []
  const likes = report.data?.n_likes ?? 0
  const title = sides.length ? `${capital(countInWords(sides.length, 'side'))} of your taste` : 'Your taste'
  const lead = sides.length
    ? `Found in ${counted(likes, 'like')}. A thicker strand holds more of them.`
    : 'What your likes have in common, once there are enough of them.'
  return (
    <>
      <PageHead title={title} lead={lead}>
        {sides.length ? <ButtonLink to="/report">Taste report</ButtonLink> : null}
      </PageHead>
      {report.error ? (
        <Failure error={report.error} what="The sides could not be found." retry={() => void report.refetch()} />
      ) : null}
      {sides.length ? <Sides report={report.data as NonNullable<typeof report.data>} /> : null}
      {report.data && !sides.length ? <NoSides likes={likes} /> : null}
      <Unwanted />
      <Known />
    </>
  )
}

/** The title is part of the answer: its room is kept, so that nothing moves when it comes. */
const Opening = () => (
  <>
    <PageHead
      title={
        <>
          <span className="sr">Your taste</span>
          <Bone width="min(86%, 380px)" height="1.12em" />
        </>
      }
      lead={<Bone width="min(100%, 420px)" height="1.45em" />}
    />
    <Later>
      <div className={styles.sides}>
        {['a', 'b', 'c'].map((side) => (
          <div key={side} className={styles.side}>
            <div className={`${styles.covers} ${styles.coverBones}`}>
              <CoverBone />
              <CoverBone />
              <CoverBone />
            </div>
            <div className={styles.textBones}>
              <Bone width="min(60%, 180px)" height={22} />
              <Bone width="min(90%, 320px)" height={14} />
            </div>
          </div>
        ))}
      </div>
    </Later>
  </>
)

function NoSides({ likes }: { likes: number }) {
  return (
    <Empty
      title="No sides yet"
      action={
        <>
          <ButtonLink kind="solid" to="/test">
            Rate a few songs
          </ButtonLink>
          <ButtonLink to="/recommend">Find songs to like</ButtonLink>
        </>
      }
    >
      Sides are found from 30 likes on; there {likes === 1 ? 'is' : 'are'} {likes} so far.
    </Empty>
  )
}

function Guest() {
  return (
    <>
      <h1 className="sr">Your taste</h1>
      <Empty
        title="A profile needs an account"
        action={
          <>
            <ButtonLink kind="solid" to="/signup" search={{ next: '/profile' }}>
              Sign up
            </ButtonLink>
            <ButtonLink to="/signin" search={{ next: '/profile' }}>
              Sign in
            </ButtonLink>
          </>
        }
      >
        Likes of a guest stay on this device, and nothing else is known.
      </Empty>
    </>
  )
}

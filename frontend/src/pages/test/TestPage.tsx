import { useState } from 'react'
import { useSession } from '@/api/session'
import { Failure } from '@/components/states/Failure'
import { Opening } from '@/components/states/Opening'
import { Bone, Later } from '@/components/states/Skeleton'
import { RatingView } from './RatingView'
import { TestEnd } from './TestEnd'
import { TestGuest } from './TestGuest'
import styles from './test.module.css'
import { useInterestTest } from './useInterestTest'

/** The interest test: at most twelve songs, each chosen by what the answers so far leave open. */
export function TestPage() {
  const session = useSession()
  if (session.kind === 'guest') return <TestGuest />
  if (session.kind === 'unknown')
    return (
      <Opening>
        <TestBones />
      </Opening>
    )
  return <TestOf key={session.user.id} person={session.user.id} />
}

function TestOf({ person }: { person: string }) {
  const test = useInterestTest(person)
  const [stopped, setStopped] = useState(false)
  const { next } = test
  if (!next.data) return next.error ? <NotOpened error={next.error} retry={() => void next.refetch()} /> : <TestBones />
  const goneBack = test.testSession.at < test.testSession.answered.length
  if (stopped || (next.data.done && !goneBack && !test.post.isPending))
    return <TestEnd test={test} found={next.data} onGoOn={() => setStopped(false)} />
  return <RatingView test={test} found={next.data} onFinish={() => setStopped(true)} />
}

function NotOpened({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <>
      <h1 className="sr">Interest test</h1>
      <Failure error={error} what="The test could not be opened." retry={retry} />
    </>
  )
}

function TestBones() {
  return (
    <Later>
      <h1 className="sr">Interest test</h1>
      <div className={styles.bones}>
        <Bone width={120} height={28} />
        <Bone width="100%" height={24} />
        <Bone width="min(100%, 400px)" height={320} />
      </div>
    </Later>
  )
}

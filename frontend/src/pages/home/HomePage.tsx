import { Navigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useSession } from '@/api/session'
import { Opening } from '@/components/states/Opening'
import { TrackRowBones } from '@/components/states/Skeleton'
import { isNamed } from '@/list/state'
import { searchOf } from '../recommend/search'
import { useListState } from '../recommend/useListState'
import { GuestStart } from './GuestStart'

const GuestList = lazy(() => import('./GuestList'))
const SignedHome = lazy(() => import('./SignedHome'))

/** Guests name a song and get a list; who is signed in gets rows, each titled by its reason. */
export function HomePage() {
  const [state, change] = useListState()
  const session = useSession()
  const bones = <TrackRowBones />
  if (session.kind === 'unknown') return <Opening>{bones}</Opening>
  if (session.kind === 'signed' && isNamed(state)) return <Navigate to="/recommend" search={searchOf(state)} replace />
  return (
    <Suspense fallback={bones}>
      {session.kind === 'signed' ? (
        <SignedHome />
      ) : isNamed(state) ? (
        <GuestList state={state} onChange={change} />
      ) : (
        <GuestStart state={state} onChange={change} />
      )}
    </Suspense>
  )
}

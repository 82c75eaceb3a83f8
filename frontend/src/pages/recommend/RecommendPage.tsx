import { useSession } from '@/api/session'
import { Opening } from '@/components/states/Opening'
import { TrackRowBones } from '@/components/states/Skeleton'
import { isNamed } from '@/list/state'
import { NoSeeds } from './NoSeeds'
import { RecommendedList } from './RecommendedList'
import { useListState } from './useListState'

/** A list from what was named, or from a person's taste. A guest who named nothing is asked to. */
export function RecommendPage() {
  const [state, change] = useListState()
  const session = useSession()
  if (session.kind === 'unknown')
    return (
      <Opening>
        <TrackRowBones rows={12} />
      </Opening>
    )
  if (session.kind === 'guest' && !isNamed(state)) return <NoSeeds state={state} onChange={change} />
  return <RecommendedList state={state} onChange={change} />
}

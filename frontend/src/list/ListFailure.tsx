import { asProblem } from '@/api/problem'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'

/** A list that could not be made. Seeds of which the release knows nothing are no fault of the server. */
export function ListFailure({ error, retry }: { error: unknown; retry: () => void }) {
  if (asProblem(error).code !== 'no_usable_seed')
    return <Failure error={error} what="The list could not be made." retry={retry} />
  return (
    <Empty title="Nothing is known of what was named">
      This catalogue holds neither listening data nor a sound for it. Name another song.
    </Empty>
  )
}

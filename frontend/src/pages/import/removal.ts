import { asProblem } from '@/api/problem'
import { showToast } from '@/components/toast/toasts'

const NOT_FOUND = 404

/** Says why a removal failed; what another window has removed already goes from this page too, by `drop`. */
export function notRemoved(error: unknown, drop: () => void): void {
  const problem = asProblem(error)
  const gone = problem.status === NOT_FOUND
  if (gone) drop()
  showToast({ text: gone ? 'It was gone already.' : `It is still here. ${problem.message}` })
}

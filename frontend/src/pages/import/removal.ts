import { asProblem } from '@/api/problem'
import { showToast } from '@/components/toast/toasts'

const NOT_FOUND = 404

/** Says why a removal failed. What is not there any more, as another window was quicker, its days were over or an
 * answer was lost, goes from this page too, by `drop`. */
export function notRemoved(error: unknown, drop: () => void, gone = 'It was gone already.'): void {
  const problem = asProblem(error)
  if (problem.status === NOT_FOUND) drop()
  showToast({ text: problem.status === NOT_FOUND ? gone : `It is still here. ${problem.message}` })
}

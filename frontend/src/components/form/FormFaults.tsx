import type { Problem } from '@/api/problem'
import { capital, countInWords } from '@/words/numbers'
import { ErrorSummary, type FieldFault } from './ErrorSummary'

interface Props {
  form: { faults: readonly FieldFault[]; problem: Problem | null }
}

/** What keeps a form from being sent: the fields to mend, or what the server answered. */
export function FormFaults({ form: { faults, problem } }: Props) {
  if (faults.length > 0)
    return <ErrorSummary title={`${capital(countInWords(faults.length, 'thing'))} to mend`} faults={faults} />
  if (!problem) return null
  return <ErrorSummary title={problem.title} detail={problem.message} requestId={problem.requestId} />
}

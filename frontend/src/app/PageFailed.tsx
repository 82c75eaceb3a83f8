import type { ErrorComponentProps } from '@tanstack/react-router'
import { Failure } from '@/components/states/Failure'

/** A page that threw: the same words as for a failed request, with a way to try again. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return <Failure error={error} retry={reset} />
}

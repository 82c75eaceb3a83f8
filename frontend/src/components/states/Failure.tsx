import { useEffect, useRef, useState } from 'react'
import { asProblem, type Problem } from '@/api/problem'
import { Banner } from '@/components/banner/Banner'
import { Button, ButtonLink } from '@/components/button/Button'
import { capital } from '@/words/numbers'

interface Props {
  error: unknown
  /** What could not be done: "The list could not be made." */
  what?: string
  retry?: () => void
}

/** A failed request in words: signed out, too many, offline, or the problem's own title with its request id. */
export function Failure({ error, what, retry }: Props) {
  const problem = asProblem(error)
  if (problem.status === 401) return <SignedOut />
  if (problem.status === 429) return <Resting key={problem.requestId} problem={problem} retry={retry} />
  const title = problem.offline ? 'The server cannot be reached.' : (what ?? `${problem.title}.`)
  const action = retry ? (
    <Button kind="plain" onClick={retry}>
      Try again
    </Button>
  ) : undefined
  return (
    <Banner kind="bad" title={title} action={action} requestId={problem.requestId}>
      {problem.offline ? 'What you see is what was here before.' : sentence(problem.message)}
    </Banner>
  )
}

/** With a capital and a full stop, which the API's details lack. */
const sentence = (words: string) => capital(words) + (/[.?!]$/.test(words) || !words ? '' : '.')

function SignedOut() {
  const here = window.location.pathname + window.location.search
  const action = (
    <ButtonLink kind="plain" to="/signin" search={{ next: here }}>
      Sign in
    </ButtonLink>
  )
  return (
    <Banner kind="warn" title="This page is yours alone." action={action}>
      Sign in and you come back here.
    </Banner>
  )
}

function Resting({ problem, retry }: { problem: Problem; retry?: (() => void) | undefined }) {
  const [left, setLeft] = useState(Math.ceil(problem.retryAfterS ?? 10))
  const latest = useRef(retry)
  latest.current = retry
  useEffect(() => {
    if (left <= 0) {
      latest.current?.() // once for each refusal: another one is another component, by its request id
      return undefined
    }
    const timer = window.setTimeout(() => setLeft(left - 1), 1000)
    return () => window.clearTimeout(timer)
  }, [left])
  return (
    <Banner kind="warn" title="A short rest.">
      {problem.message} Next try in {left} s.
    </Banner>
  )
}

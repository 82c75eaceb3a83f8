import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { asProblem } from '@/api/problem'
import { signInByProvider } from '@/api/session'
import { queryClient } from '@/app/queryClient'
import { Banner } from '@/components/banner/Banner'
import { ButtonLink } from '@/components/button/Button'
import { Gate } from '@/components/form/Gate'
import { connectProvider, takeBegun } from './provider'

const NOT_BEGUN = 'This sign-in was not begun on this device, or was used already. Begin again.'
const DECLINED = 'The provider sent you back without signing you in.'
const handled = new Set<string>()

async function bring(code: string, state: string): Promise<string> {
  const begun = takeBegun(state)
  if (!begun) throw new Error(NOT_BEGUN)
  if (begun.connects) await connectProvider(code, state)
  else await signInByProvider(code, state)
  await queryClient.invalidateQueries({ queryKey: ['account'] })
  return begun.next
}

/** Where the provider sends the browser back: signs in, or connects, and goes on. */
export function ProviderPage() {
  const { code, state, error } = useSearch({ from: '/signin/provider' })
  const navigate = useNavigate()
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    if (error || !code || !state) {
      setFailure(DECLINED)
      return
    }
    if (handled.has(state)) return
    handled.add(state)
    bring(code, state).then(
      (next) => void navigate({ to: next, replace: true }),
      (reason: unknown) => setFailure(reason instanceof Error ? reason.message : asProblem(reason).message),
    )
  }, [code, state, error, navigate])
  return (
    <Gate title={failure ? 'Not signed in' : 'Signing you in …'}>
      {failure ? (
        <>
          <Banner kind="bad" title={failure} />
          <ButtonLink to="/signin">Back to signing in</ButtonLink>
        </>
      ) : null}
    </Gate>
  )
}

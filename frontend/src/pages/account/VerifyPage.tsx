import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { Banner } from '@/components/banner/Banner'
import { Button, ButtonLink } from '@/components/button/Button'
import { PasswordField } from '@/components/field/PasswordField'
import { Gate } from '@/components/form/Gate'
import { useToken } from './useToken'

const NEEDS_PASSWORD = 'password_needed'

/** Confirms a mail address. It takes a press, because mail scanners open links; a link that changes the address of an
 * account takes its password too. */
export function VerifyPage() {
  const token = useToken('/verify')
  const [password, setPassword] = useState('')
  const [guarded, setGuarded] = useState(false)
  const confirm = useMutation({
    mutationFn: () => data(api.POST('/v1/auth/verify', { body: { token: token ?? '', password: password || null } })),
    onError: (error) => setGuarded(guarded || asProblem(error).code === NEEDS_PASSWORD),
  })
  const failed = confirm.error ? asProblem(confirm.error) : null
  const problem = failed?.code === NEEDS_PASSWORD ? null : failed
  if (confirm.data) {
    return (
      <Gate title="Mail address confirmed">
        <Banner kind="ok" title={`${confirm.data.email} is yours.`}>
          Reports and links go to it from now on.
        </Banner>
        <ButtonLink to="/">To the start</ButtonLink>
      </Gate>
    )
  }
  return (
    <Gate
      title="Confirm your mail address"
      intro={token ? 'One press, and reports and links go to this address.' : undefined}
      onSubmit={() => token && confirm.mutate()}
    >
      {token ? null : (
        <Banner kind="bad" title="This link is not whole.">
          Open it again from the mail, or ask for a new one in the settings.
        </Banner>
      )}
      {problem ? (
        <Banner kind="bad" title={`${problem.title}.`} requestId={problem.requestId}>
          {problem.message}
        </Banner>
      ) : null}
      {guarded ? (
        <PasswordField
          label="Password of the account"
          hint="This link changes the address of an account, so it takes its password."
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      ) : null}
      {token ? (
        <Button kind="solid" type="submit" busy={confirm.isPending}>
          Confirm
        </Button>
      ) : (
        <ButtonLink to="/settings">To the settings</ButtonLink>
      )}
    </Gate>
  )
}

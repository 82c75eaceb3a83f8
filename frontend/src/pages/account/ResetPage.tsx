import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { resetPassword } from '@/api/session'
import { Banner } from '@/components/banner/Banner'
import { Button, ButtonLink } from '@/components/button/Button'
import { FormFaults } from '@/components/form/FormFaults'
import { Gate } from '@/components/form/Gate'
import { NewPasswordField } from '@/components/form/NewPasswordField'
import { passwordFault } from '@/components/form/passwordStrength'
import { useForm } from '@/components/form/useForm'
import { showToast } from '@/components/toast/toasts'
import { useToken } from './useToken'

const NO_LINK = 400

/** Sets a new password with a mailed link, and signs in. */
export function ResetPage() {
  const token = useToken('/reset')
  const navigate = useNavigate()
  const form = useForm()
  const [password, setPassword] = useState('')
  const secret = useId()
  const linkFailed = !token || form.problem?.status === NO_LINK

  async function submit() {
    if (!token) return
    const fault = passwordFault(password)
    const done = await form.submit([fault ? { field: secret, text: fault } : null], () =>
      resetPassword(token, password),
    )
    if (!done) return
    showToast({ text: 'The new password is set. Other devices are signed out and API keys have ended.' })
    await navigate({ to: '/' })
  }

  if (linkFailed) {
    return (
      <Gate title="Set a new password">
        <Banner kind="bad" title={token ? 'This link works no longer.' : 'This link is not whole.'}>
          Links work once, for 30 minutes.
        </Banner>
        <ButtonLink to="/forgot">Send a new link</ButtonLink>
      </Gate>
    )
  }
  return (
    <Gate
      title="Set a new password"
      intro="All devices are signed out and all API keys end when it changes."
      onSubmit={submit}
    >
      <FormFaults form={form} />
      <NewPasswordField
        id={secret}
        label="New password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={form.faultOf(secret)}
      />
      <Button kind="solid" type="submit" busy={form.busy}>
        Change and sign in
      </Button>
    </Gate>
  )
}

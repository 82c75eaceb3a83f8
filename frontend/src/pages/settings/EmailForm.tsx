import { useId, useState } from 'react'
import { api, data } from '@/api/client'
import { Button } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { PasswordField } from '@/components/field/PasswordField'
import { FormFaults } from '@/components/form/FormFaults'
import { emailFault, emptyFault, useForm } from '@/components/form/useForm'
import { showToast } from '@/components/toast/toasts'
import { LineForm } from './LineForm'

/** Another address counts once the link mailed to it was followed. */
export function EmailForm({ done }: { done: () => void }) {
  const form = useForm()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [mail, secret] = [useId(), useId()]
  const submit = async () => {
    const faults = [emailFault(mail, email), emptyFault(secret, password, 'Enter the current password.')]
    const ask = () => data(api.PATCH('/v1/me', { body: { email: email.trim(), password } }))
    if (!(await form.submit(faults, ask))) return
    showToast({ text: `A link was sent to ${email.trim()}. The address changes when it is followed.` })
    done()
  }
  return (
    <LineForm onSubmit={submit}>
      <FormFaults form={form} />
      <Field
        id={mail}
        label="New mail address"
        type="email"
        autoComplete="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={form.faultOf(mail)}
      />
      <PasswordField
        id={secret}
        label="Current password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={form.faultOf(secret)}
      />
      <Button kind="solid" type="submit" busy={form.busy}>
        Send the link
      </Button>
    </LineForm>
  )
}

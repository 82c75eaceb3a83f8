import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { api, data } from '@/api/client'
import { forgetSession } from '@/api/session'
import type { Person } from '@/api/types'
import { Button, ButtonLink } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { PasswordField } from '@/components/field/PasswordField'
import { FormFaults } from '@/components/form/FormFaults'
import { emptyFault, useForm } from '@/components/form/useForm'
import { Section } from '@/components/layout/PageHead'
import { showToast } from '@/components/toast/toasts'
import { counted } from '@/words/dates'
import styles from './settings.module.css'

/** Consequences with their numbers, then the name, the password, and the button. */
export function DeleteSection({ user }: { user: Person }) {
  const navigate = useNavigate()
  const form = useForm()
  const [typed, setTyped] = useState('')
  const [password, setPassword] = useState('')
  const [name, secret] = [useId(), useId()]
  const submit = async () => {
    const faults = [
      typed.trim() === user.name ? null : { field: name, text: `Type ${user.name}, as it is written here.` },
      emptyFault(secret, password, 'Enter the password.'),
    ]
    if (!(await form.submit(faults, () => api.DELETE('/v1/me', { body: { password } })))) return
    forgetSession()
    await navigate({ to: '/' })
    showToast({ text: 'The account is deleted, with everything in it.' })
  }
  return (
    <Section id="delete" title="Delete the account" intro="At once, and for good:">
      <Consequences />
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <FormFaults form={form} />
        <Field
          id={name}
          label={`Type your name, ${user.name}, to go on`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          error={form.faultOf(name)}
        />
        <PasswordField
          id={secret}
          label="Password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={form.faultOf(secret)}
        />
        <div className={styles.last}>
          <Button kind="danger" type="submit" busy={form.busy}>
            Delete the account
          </Button>
          <ButtonLink kind="plain" to="/settings" hash="your-data">
            Export first
          </ButtonLink>
        </div>
      </form>
    </Section>
  )
}

function Consequences() {
  const likes = useQuery({
    queryKey: ['liked', 'total'],
    queryFn: () => data(api.GET('/v1/me/likes', { params: { query: { limit: 1 } } })),
  })
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => data(api.GET('/v1/me/sessions')) })
  const keys = useQuery({ queryKey: ['api-keys'], queryFn: () => data(api.GET('/v1/me/api-keys')) })
  return (
    <ul className={styles.gone}>
      <li className="num">
        {likes.data ? counted(likes.data.total, 'like') : 'Your likes'}, every play, playlist and import, and the lists
        you were shown are erased
      </li>
      <li className="num">
        {sessions.data ? counted(sessions.data.items.length, 'session') : 'Your sessions'} and{' '}
        {keys.data ? counted(keys.data.items.length, 'API key') : 'API keys'} end
      </li>
      <li>Links you shared stop working, exports you made are deleted</li>
      <li>The next training run no longer knows you</li>
    </ul>
  )
}

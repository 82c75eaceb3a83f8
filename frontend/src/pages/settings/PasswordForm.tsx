import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { changePassword } from '@/api/session'
import type { Person } from '@/api/types'
import { Button } from '@/components/button/Button'
import { PasswordField } from '@/components/field/PasswordField'
import { FormFaults } from '@/components/form/FormFaults'
import { NewPasswordField } from '@/components/form/NewPasswordField'
import { passwordFault } from '@/components/form/passwordStrength'
import { emptyFault, useForm } from '@/components/form/useForm'
import { Tick } from '@/components/tick/Tick'
import { showToast } from '@/components/toast/toasts'
import { LineForm } from './LineForm'

export function PasswordForm({ user, done }: { user: Person; done: () => void }) {
  const form = useForm()
  const [before, setBefore] = useState('')
  const [after, setAfter] = useState('')
  const [endKeys, setEndKeys] = useState(false)
  const [old, fresh] = [useId(), useId()]
  const submit = async () => {
    const fault = passwordFault(after)
    const faults = [
      emptyFault(old, before, 'Enter the current password.'),
      fault ? { field: fresh, text: fault } : null,
    ]
    if (!(await form.submit(faults, () => changePassword(before, after, !endKeys)))) return
    showToast({ text: 'The password has changed. Other devices are signed out.' })
    done()
  }
  return (
    <LineForm onSubmit={submit}>
      <p className="small soft">
        Hello, <bdi>{user.name}</bdi>. Other devices are signed out; this one stays.
      </p>
      <FormFaults form={form} />
      <PasswordField
        id={old}
        label="Current password"
        value={before}
        onChange={(event) => setBefore(event.target.value)}
        error={form.faultOf(old)}
      />
      <NewPasswordField
        id={fresh}
        label="New password"
        value={after}
        known={[user.name, user.email]}
        onChange={(event) => setAfter(event.target.value)}
        error={form.faultOf(fresh)}
      />
      <Tick checked={endKeys} onChange={(event) => setEndKeys(event.target.checked)}>
        End my API keys too
      </Tick>
      <Button kind="solid" type="submit" busy={form.busy}>
        Change password
      </Button>
      <p className="small">
        <Link to="/forgot">Forgot the current one?</Link>
      </p>
    </LineForm>
  )
}

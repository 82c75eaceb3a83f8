import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { signIn } from '@/api/session'
import { Button } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { PasswordField } from '@/components/field/PasswordField'
import { FormFaults } from '@/components/form/FormFaults'
import { Foot, Gate } from '@/components/form/Gate'
import { emailFault, emptyFault, useForm } from '@/components/form/useForm'
import styles from './account.module.css'
import { destination } from './after'
import { ProviderButton } from './ProviderButton'

export function SignInPage() {
  const { next } = useSearch({ from: '/signin' })
  const navigate = useNavigate()
  const form = useForm()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [mail, secret] = [useId(), useId()]

  async function submit() {
    const faults = [emailFault(mail, email), emptyFault(secret, password, 'Enter the password.')]
    if (await form.submit(faults, () => signIn(email.trim(), password))) await navigate({ to: destination(next) })
  }

  return (
    <Gate title="Welcome back" onSubmit={submit}>
      <FormFaults form={form} />
      <Field
        id={mail}
        label="Mail address"
        type="email"
        autoComplete="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={form.faultOf(mail)}
      />
      <div>
        <PasswordField
          id={secret}
          label="Password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={form.faultOf(secret)}
        />
        <p className={styles.beside}>
          <Link to="/forgot">Forgot the password?</Link>
        </p>
      </div>
      <Button kind="solid" type="submit" busy={form.busy}>
        Sign in
      </Button>
      <ProviderButton next={next} />
      <Foot>
        New here?{' '}
        <Link to="/signup" search={{ next }}>
          Create an account
        </Link>
        , or <Link to="/">go on without one</Link>.
      </Foot>
    </Gate>
  )
}

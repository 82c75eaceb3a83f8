import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { signUp } from '@/api/session'
import { Button } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { FormFaults } from '@/components/form/FormFaults'
import { Foot, Gate } from '@/components/form/Gate'
import { NewPasswordField } from '@/components/form/NewPasswordField'
import { passwordFault } from '@/components/form/passwordStrength'
import { emailFault, emptyFault, useForm } from '@/components/form/useForm'
import { useGuestLikes } from '@/feedback/opinions'
import { destination } from './after'
import { KeptLikes } from './KeptLikes'
import { ProviderButton } from './ProviderButton'

export function SignUpPage() {
  const { next } = useSearch({ from: '/signup' })
  const navigate = useNavigate()
  const form = useForm()
  const likes = useGuestLikes()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [called, mail, secret] = [useId(), useId(), useId()]

  async function submit() {
    const tooShort = passwordFault(password)
    const faults = [
      emptyFault(called, name, 'Enter a name. Anything will do.'),
      emailFault(mail, email),
      tooShort ? { field: secret, text: tooShort } : null,
    ]
    const done = await form.submit(faults, () => signUp(name.trim(), email.trim(), password))
    if (done) await navigate({ to: next ? destination(next) : likes.length > 0 ? '/' : '/test' })
  }

  return (
    <Gate
      title={likes.length > 0 ? 'Keep what you like' : 'Create an account'}
      intro={likes.length > 0 ? <KeptLikes likes={likes} /> : undefined}
      onSubmit={submit}
    >
      <FormFaults form={form} />
      <Field
        id={called}
        label="Name"
        autoComplete="name"
        hint="Shown to you alone. Anything will do."
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={form.faultOf(called)}
      />
      <Field
        id={mail}
        label="Mail address"
        type="email"
        autoComplete="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={form.faultOf(mail)}
      />
      <NewPasswordField
        id={secret}
        label="Password"
        value={password}
        known={[name, email]}
        onChange={(event) => setPassword(event.target.value)}
        error={form.faultOf(secret)}
      />
      <Button kind="solid" type="submit" busy={form.busy}>
        Sign up
      </Button>
      <ProviderButton next={next} />
      <Foot>
        Everything stays on this server.{' '}
        <Link to="/signin" search={{ next }}>
          Sign in
        </Link>{' '}
        if you have been here before. <Link to="/forgot">Forgot the password?</Link>
      </Foot>
    </Gate>
  )
}

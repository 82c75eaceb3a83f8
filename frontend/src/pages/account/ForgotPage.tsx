import { Link } from '@tanstack/react-router'
import { useEffect, useId, useState } from 'react'
import { api } from '@/api/client'
import { Banner } from '@/components/banner/Banner'
import { Button } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { FormFaults } from '@/components/form/FormFaults'
import { Foot, Gate } from '@/components/form/Gate'
import { emailFault, useForm } from '@/components/form/useForm'

const AGAIN_S = 60

/** Asks for a link. The answer is the same whether or not the address has an account. */
export function ForgotPage() {
  const form = useForm()
  const [email, setEmail] = useState('')
  const [sentTo, setSentTo] = useState('')
  const [wait, setWait] = useState(0)
  const mail = useId()

  useEffect(() => {
    if (wait <= 0) return undefined
    const timer = window.setTimeout(() => setWait(wait - 1), 1000)
    return () => window.clearTimeout(timer)
  }, [wait])

  async function submit() {
    const address = email.trim()
    const ask = () => api.POST('/v1/auth/forgot', { body: { email: address } })
    if (!(await form.submit([emailFault(mail, email)], ask))) return
    setSentTo(address)
    setWait(AGAIN_S)
  }

  return (
    <Gate
      title="Forgot the password"
      intro={
        sentTo
          ? undefined
          : 'Enter your mail address. If it has an account here, a link to set a new password is sent to it.'
      }
      onSubmit={submit}
    >
      <FormFaults form={form} />
      {sentTo ? (
        <Banner kind="ok" title={`If ${sentTo} has an account, a link is on its way.`}>
          It works once, for 30 minutes. Nothing there? Look in the spam folder.
        </Banner>
      ) : null}
      <Field
        id={mail}
        label="Mail address"
        type="email"
        autoComplete="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={form.faultOf(mail)}
      />
      <Button kind={sentTo ? 'outline' : 'solid'} type="submit" busy={form.busy} disabled={wait > 0}>
        {wait > 0 ? <span className="num">Send again in {wait} s</span> : sentTo ? 'Send again' : 'Send the link'}
      </Button>
      <Foot>
        <Link to="/signin">Back to sign in</Link>
      </Foot>
    </Gate>
  )
}

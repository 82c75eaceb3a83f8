import { useMantineColorScheme } from '@mantine/core'
import { useState } from 'react'
import type { Person } from '@/api/types'
import { Button } from '@/components/button/Button'
import { ChipRadios } from '@/components/chip/Chip'
import { Section } from '@/components/layout/PageHead'
import { Dot, Line, Lines } from '@/components/lines-list/Lines'
import { ConfirmAddress } from './ConfirmAddress'
import { EmailForm } from './EmailForm'
import { NameForm } from './NameForm'
import { PasswordForm } from './PasswordForm'
import { ProviderLine } from './ProviderLine'
import styles from './settings.module.css'

type Open = 'name' | 'email' | 'password' | null

const LOOKS = [
  { value: 'auto', name: 'As the system' },
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
] as const

export function AccountSection({ user }: { user: Person }) {
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const change = (what: Open) => (
    <Button
      kind="plain"
      onClick={() => setOpen(open === what ? null : what)}
      aria-expanded={open === what}
      aria-label={`Change the ${what === 'email' ? 'mail address' : what}`}
    >
      {open === what ? 'Cancel' : 'Change'}
    </Button>
  )
  return (
    <Section id="account" title="Account">
      <Lines>
        <Line title="Name" detail={<bdi>{user.name}</bdi>} action={change('name')} />
        {open === 'name' ? <NameForm user={user} done={close} /> : null}
        <Line title="Mail address" detail={<Address user={user} />} action={change('email')} />
        {open === 'email' ? <EmailForm done={close} /> : null}
        <Line title="Password" detail="Other devices are signed out when it changes" action={change('password')} />
        {open === 'password' ? <PasswordForm user={user} done={close} /> : null}
        <ProviderLine />
        <Look />
      </Lines>
    </Section>
  )
}

const Address = ({ user }: { user: Person }) => (
  <>
    <bdi>{user.email}</bdi>{' '}
    <span className={styles.confirmed}>
      <Dot state={user.email_verified ? 'good' : 'none'} />
      {user.email_verified ? 'Confirmed' : <ConfirmAddress />}
    </span>
  </>
)

function Look() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <li>
      <div className={styles.look}>
        <p className="small name">Look</p>
        <ChipRadios label="Look" options={LOOKS} value={colorScheme} onChange={setColorScheme} />
      </div>
    </li>
  )
}

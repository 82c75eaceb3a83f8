import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { type ComponentProps, useState } from 'react'
import { IconButton } from '@/components/button/IconButton'
import { Field } from './Field'

/** A password with a button that shows it; pasting and password managers work. */
export function PasswordField(props: ComponentProps<typeof Field>) {
  const [shown, setShown] = useState(false)
  const Icon = shown ? IconEyeOff : IconEye
  const toggle = (
    <IconButton label={shown ? 'Hide the password' : 'Show the password'} onClick={() => setShown(!shown)}>
      <Icon size={20} stroke={1.6} />
    </IconButton>
  )
  return <Field autoComplete="current-password" {...props} type={shown ? 'text' : 'password'} end={toggle} />
}

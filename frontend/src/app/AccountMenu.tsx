import { Menu } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { asProblem } from '@/api/problem'
import { signOut, useUser } from '@/api/session'
import { IconButton } from '@/components/button/IconButton'
import { showToast } from '@/components/toast/toasts'
import styles from './AccountMenu.module.css'

const PLACES = [
  { to: '/profile', name: 'Your taste' },
  { to: '/weekly', name: 'This week' },
  { to: '/playlists', name: 'Playlists' },
  { to: '/history', name: 'History' },
  { to: '/test', name: 'Interest test' },
  { to: '/import', name: 'Bring your listening' },
  { to: '/map', name: 'Map' },
  { to: '/settings', name: 'Settings' },
  { to: '/developers', name: 'For developers' },
  { to: '/guide', name: 'Guide' },
] as const

export default function AccountMenu() {
  const user = useUser()
  const navigate = useNavigate()
  const leave = async () => {
    try {
      await signOut()
      await navigate({ to: '/' })
    } catch (error) {
      showToast({ text: `You are still signed in. ${asProblem(error).message}` })
    }
  }
  return (
    <Menu
      position="bottom-end"
      width={240}
      radius="md"
      shadow="md"
      classNames={{ dropdown: styles.menu, item: styles.item }}
    >
      <Menu.Target>
        <IconButton label="Account">
          <IconUser size={20} stroke={1.6} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {user ? (
          <p className={styles.who}>
            <bdi className="name cut">{user.name}</bdi>
            <span className="micro dim cut">{user.email}</span>
          </p>
        ) : null}
        {PLACES.map(({ to, name }) => (
          <Menu.Item key={to} component={Link} to={to}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Item onClick={leave}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

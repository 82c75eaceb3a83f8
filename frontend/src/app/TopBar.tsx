import { IconSearch, IconUser } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useSession } from '@/api/session'
import { ButtonLink } from '@/components/button/Button'
import { Mark } from './Mark'
import styles from './TopBar.module.css'

/** Where the menu cannot be loaded, without a network, its place leads to the settings: the page stands. */
const AccountMenu = lazy(() => import('./AccountMenu').catch(() => ({ default: ToSettings })))

const ToSettings = () => (
  <Link to="/settings" className={styles.account} aria-label="Settings">
    <IconUser size={20} stroke={1.6} aria-hidden="true" />
  </Link>
)

const PLACES = [
  { to: '/', name: 'Home' },
  { to: '/recommend', name: 'Recommend' },
  { to: '/liked', name: 'Liked' },
  { to: '/report', name: 'Report' },
  { to: '/history', name: 'History' },
] as const

/** Mark, places in words (wide), search and account. `bare` leaves the mark alone. */
export function TopBar({ bare }: { bare: boolean }) {
  const session = useSession()
  return (
    <header className={styles.bar}>
      <Link to="/" className={styles.brand}>
        <Mark />
        Segue
      </Link>
      {bare || session.kind === 'guest' ? null : <Places />}
      {bare ? null : (
        <div className={styles.end}>
          <Link to="/search" className={styles.find} data-shortcut="search">
            <IconSearch size={20} stroke={1.6} aria-hidden="true" />
            Find a song
            <kbd>/</kbd>
          </Link>
          {session.kind === 'guest' ? <SignIn /> : <Account />}
        </div>
      )}
    </header>
  )
}

function Places() {
  return (
    <nav aria-label="Main" className={styles.places}>
      {PLACES.map(({ to, name }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
          {name}
        </Link>
      ))}
    </nav>
  )
}

const SignIn = () => (
  <ButtonLink kind="plain" to="/signin">
    Sign in
  </ButtonLink>
)

const Account = () => (
  <Suspense fallback={<span className={styles.account} />}>
    <AccountMenu />
  </Suspense>
)

import { IconSearch } from '@tabler/icons-react'
import { useLocation } from '@tanstack/react-router'
import { ButtonLink } from '@/components/button/Button'
import { Actions } from '@/components/layout/PageHead'
import styles from './NotFoundPage.module.css'

export function NotFoundPage() {
  const { pathname } = useLocation()
  return (
    <section className={styles.lost}>
      <svg viewBox="0 0 640 200" fill="none" strokeLinecap="round" aria-hidden="true">
        <path d="M8 168C220 168 200 40 392 40" stroke="var(--ink)" strokeWidth="6" />
        <path d="M412 40h220" stroke="var(--edge)" strokeWidth="4" strokeDasharray="0.1 14" />
        <circle cx="8" cy="168" r="8" fill="var(--ink)" />
      </svg>
      <p className="small dim num">404</p>
      <h1 className="title">This leads nowhere</h1>
      <p className={`soft ${styles.why}`}>
        There is no page at <code>{pathname}</code>. The address may be mistyped, or what it showed was deleted.
      </p>
      <Actions>
        <ButtonLink kind="solid" to="/">
          Home
        </ButtonLink>
        <ButtonLink to="/search" icon={<IconSearch size={20} stroke={1.6} aria-hidden="true" />}>
          Find a song
        </ButtonLink>
      </Actions>
    </section>
  )
}

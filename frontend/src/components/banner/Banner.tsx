import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './Banner.module.css'

interface Props {
  kind: 'warn' | 'bad' | 'ok' | 'off'
  title: string
  children?: ReactNode
  icon?: ReactNode
  action?: ReactNode
  requestId?: string | null
}

/** Wash, icon, a bold fact, one sentence, at most one action, and the request id where there is one. */
export function Banner({ kind, title, children, icon, action, requestId }: Props) {
  return (
    <div className={`${styles.banner} ${styles[kind]}`} role={kind === 'bad' ? 'alert' : 'status'}>
      {icon ?? <IconAlertTriangle size={20} stroke={1.6} aria-hidden="true" />}
      <p>
        <b>{title}</b> {children}
        {requestId ? <span className={styles.request}>Request {requestId}</span> : null}
      </p>
      {action}
    </div>
  )
}

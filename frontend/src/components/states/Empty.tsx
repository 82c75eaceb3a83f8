import type { ReactNode } from 'react'
import styles from './Empty.module.css'

interface Props {
  title: string
  children?: ReactNode
  action?: ReactNode
  /** h1 where this is all that the page shows. */
  as?: 'h1' | 'h2'
}

/** Nothing here: the line that breaks off, why, and one action. */
export function Empty({ title, children, action, as: Heading = 'h2' }: Props) {
  return (
    <div className={styles.empty}>
      <svg viewBox="0 0 320 48" aria-hidden="true" className={styles.line}>
        <path
          d="M0 38C70 38 60 10 120 10s50 24 86 24"
          fill="none"
          stroke="var(--edge)"
          strokeWidth="3"
          strokeLinecap="round"
        />
        {[228, 250, 272, 294].map((x, i) => (
          <circle key={x} cx={x} cy="34" r={2.6 - i * 0.4} fill="var(--edge)" />
        ))}
      </svg>
      <Heading className="head">{title}</Heading>
      {children ? <p className="soft">{children}</p> : null}
      {action ? <div className={styles.action}>{action}</div> : null}
    </div>
  )
}

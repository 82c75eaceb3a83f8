import type { ReactNode } from 'react'
import styles from './Empty.module.css'

/** Nothing here: the line that breaks off, why, and one action. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
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
      <h2 className="head">{title}</h2>
      {children ? <p className="soft">{children}</p> : null}
      {action ? <div className={styles.action}>{action}</div> : null}
    </div>
  )
}

import type { ReactNode } from 'react'
import styles from './Lines.module.css'

/** Things that are not songs: a title, one small line, one action; hairlines between them. */
export const Lines = ({ children, label }: { children: ReactNode; label?: string }) => (
  <ul className={styles.lines} aria-label={label}>
    {children}
  </ul>
)

interface LineProps {
  title: ReactNode
  detail?: ReactNode
  action?: ReactNode
}

export const Line = ({ title, detail, action }: LineProps) => (
  <li>
    <div>
      <p className="small name">{title}</p>
      {detail ? <p className="micro dim num">{detail}</p> : null}
    </div>
    {action}
  </li>
)

/** The state of something: a coloured dot, always beside its word. */
export const Dot = ({ state = 'good' }: { state?: 'good' | 'warn' | 'bad' | 'none' }) => (
  <span className={styles.dot} data-state={state} />
)

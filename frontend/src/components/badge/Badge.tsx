import type { ReactNode } from 'react'
import styles from './Badge.module.css'

/** A word beside a title: "new" in needle, facts flat. */
export const Badge = ({ flat, children }: { flat?: boolean; children: ReactNode }) => (
  <span className={`${styles.badge} ${flat ? styles.flat : ''}`}>{children}</span>
)

import type { ReactNode } from 'react'
import styles from './Shelf.module.css'

/** Covers side by side: they scroll sideways over the edge of a phone and wrap on wide screens. */
export const Shelf = ({ children, label }: { children: ReactNode; label: string }) => (
  <ul className={styles.shelf} aria-label={label}>
    {children}
  </ul>
)

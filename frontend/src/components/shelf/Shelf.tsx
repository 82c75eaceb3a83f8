import type { ReactNode } from 'react'
import styles from './Shelf.module.css'

interface Props {
  children: ReactNode
  label: string
  /** Nothing in it can be pressed. */
  still?: boolean
}

/** Covers side by side: they scroll sideways over the edge of a phone and wrap on wide screens. */
export const Shelf = ({ children, label, still }: Props) => (
  <ul className={styles.shelf} aria-label={label} tabIndex={still ? 0 : undefined}>
    {children}
  </ul>
)

import type { ReactNode } from 'react'
import styles from './Gallery.module.css'

/** One component with its states; what is shown twice stands on both grounds. */
export function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className={styles.part} aria-label={name}>
      <h2 className="head">{name}</h2>
      <div className={styles.states}>{children}</div>
    </section>
  )
}

/** One state under its name. */
export function State({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={styles.state} data-wide={wide || undefined}>
      <p className="micro dim">{name}</p>
      {children}
    </div>
  )
}

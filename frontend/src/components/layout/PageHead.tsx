import type { ReactNode } from 'react'
import styles from './layout.module.css'

/** The title of a page, a sentence under it, and actions at the end. */
export function PageHead({
  title,
  over,
  lead,
  children,
}: {
  title: ReactNode
  over?: ReactNode
  lead?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className={styles.head}>
      <div>
        {over ? <p className="small dim">{over}</p> : null}
        <h1 className="title">{title}</h1>
        {lead ? <p className={`lead ${styles.lead}`}>{lead}</p> : null}
      </div>
      {children ? <div className={styles.actions}>{children}</div> : null}
    </div>
  )
}

interface SectionProps {
  id?: string
  title: ReactNode
  /** At the end of the heading's line. */
  action?: ReactNode
  intro?: ReactNode
  children: ReactNode
}

/** A section of a page under its heading, parted by space. */
export function Section({ id, title, action, intro, children }: SectionProps) {
  return (
    <section className={styles.section} id={id} aria-label={typeof title === 'string' ? title : undefined}>
      <div className={styles.sectionHead}>
        <h2 className="head">{title}</h2>
        {action}
      </div>
      {intro ? <p className={`soft ${styles.intro}`}>{intro}</p> : null}
      {children}
    </section>
  )
}

/** Actions side by side. */
export const Actions = ({ children }: { children: ReactNode }) => <div className={styles.actions}>{children}</div>

import type { FormEventHandler, ReactNode } from 'react'
import { CoverWall } from '@/components/cover-wall/CoverWall'
import styles from './Gate.module.css'

interface Props {
  title: string
  intro?: ReactNode
  onSubmit?: () => void
  children: ReactNode
}

/** A form in a column of 440 px, with a wall of covers beside it on wide screens. */
export function Gate({ title, intro, onSubmit, children }: Props) {
  const submit: FormEventHandler = (event) => {
    event.preventDefault()
    onSubmit?.()
  }
  return (
    <div className={styles.gate}>
      <form className={styles.form} noValidate onSubmit={submit}>
        <div>
          <h1 className="title">{title}</h1>
          {intro ? <p className={`soft ${styles.intro}`}>{intro}</p> : null}
        </div>
        {children}
      </form>
      <CoverWall />
    </div>
  )
}

export const Foot = ({ children }: { children: ReactNode }) => <p className={styles.foot}>{children}</p>

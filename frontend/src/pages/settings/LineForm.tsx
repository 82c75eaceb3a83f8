import type { ReactNode } from 'react'
import styles from './settings.module.css'

/** A form that opens under a line of the list. */
export const LineForm = ({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) => (
  <li>
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
    </form>
  </li>
)

import type { InputHTMLAttributes, ReactNode } from 'react'
import styles from './Tick.module.css'

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  children: ReactNode
}

/** A tick box (or with type="radio" a choice) with its words; 44 px to touch. */
export function Tick({ children, type = 'checkbox', ...rest }: Props) {
  return (
    <label className={styles.tick}>
      <input {...rest} type={type} />
      <span>{children}</span>
    </label>
  )
}

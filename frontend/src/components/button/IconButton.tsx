import type { ButtonHTMLAttributes, Ref } from 'react'
import styles from './IconButton.module.css'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does, for readers and as a tooltip. */
  label: string
  ref?: Ref<HTMLButtonElement>
}

/** A round button of 44 px with one icon. `aria-pressed` fills the icon with needle. */
export function IconButton({ label, className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      data-icon=""
      aria-label={label}
      title={label}
      {...rest}
      className={`${styles.button} ${className}`}
    />
  )
}

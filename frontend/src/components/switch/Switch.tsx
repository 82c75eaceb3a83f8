import type { ReactNode } from 'react'
import styles from './Switch.module.css'

interface Props {
  label: string
  /** One line under the label. */
  hint?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
}

/** A dial with two ends; it acts at once. */
export function Switch({ label, hint, checked, onChange, disabled }: Props) {
  return (
    <label className={styles.line}>
      <span className={styles.words}>
        <span className="small name">{label}</span>
        {hint ? <span className="micro dim">{hint}</span> : null}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        aria-label={label}
        className={styles.switch}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
    </label>
  )
}

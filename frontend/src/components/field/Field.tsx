import { IconAlertTriangle } from '@tabler/icons-react'
import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react'
import styles from './Field.module.css'

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string
  hint?: ReactNode
  /** A sentence that says what to do; marks the field. */
  error?: string | null | undefined
  /** What stands inside the field at its end, such as a button that shows the password. */
  end?: ReactNode
  ref?: Ref<HTMLInputElement>
}

/** A labelled text field with its hint or its error. */
export function Field({ label, hint, error, end, id, ...rest }: Props) {
  const made = useId()
  const field = id ?? made
  return (
    <div className={`${styles.field} ${error ? styles.bad : ''}`}>
      <label htmlFor={field}>{label}</label>
      <div className={styles.frame}>
        <input
          {...rest}
          id={field}
          aria-invalid={Boolean(error)}
          aria-describedby={error || hint ? `${field}-hint` : undefined}
        />
        {end}
      </div>
      {error || hint ? (
        <p id={`${field}-hint`} className={styles.hint}>
          {error ? <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" /> : null}
          <span>{error ?? hint}</span>
        </p>
      ) : null}
    </div>
  )
}

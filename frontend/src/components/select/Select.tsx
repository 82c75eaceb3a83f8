import { IconChevronDown } from '@tabler/icons-react'
import { useId } from 'react'
import styles from './Select.module.css'

interface Props {
  label: string
  options: readonly { value: string; name: string }[]
  value: string
  onChange: (value: string) => void
  disabled?: boolean
  /** In a bar of filters: as high as its neighbours, the label for readers alone. */
  bar?: boolean
}

/** One of many, as the browser's own list, with its label above. */
export function Select({ label, options, value, onChange, disabled, bar }: Props) {
  const id = useId()
  return (
    <div className={`${styles.field} ${bar ? styles.bar : ''}`}>
      <label htmlFor={id} className={bar ? 'sr' : ''}>
        {label}
      </label>
      <div className={styles.frame}>
        <select id={id} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.name}
            </option>
          ))}
        </select>
        <IconChevronDown size={18} stroke={1.6} aria-hidden="true" />
      </div>
    </div>
  )
}

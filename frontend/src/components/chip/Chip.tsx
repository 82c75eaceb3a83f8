import type { ButtonHTMLAttributes } from 'react'
import styles from './Chip.module.css'

/** A choice that is on or off: `aria-pressed`, or in a group of radio chips `aria-checked`. */
export const Chip = ({ className = '', ...rest }: ButtonHTMLAttributes<HTMLButtonElement>) => (
  <button type="button" {...rest} className={`${styles.chip} ${className}`} />
)

interface RadioProps<Value extends string> {
  label: string
  options: readonly { value: Value; name: string }[]
  value: Value
  onChange: (value: Value) => void
}

/** One of several, moved by arrows (WAI-ARIA radio group). */
export function ChipRadios<Value extends string>({ label, options, value, onChange }: RadioProps<Value>) {
  const move = (event: React.KeyboardEvent, index: number) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const next = step ? options[(index + step + options.length) % options.length] : undefined
    if (!next) return
    event.preventDefault()
    onChange(next.value)
    const chips = event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('[role=radio]')
    chips?.[options.indexOf(next)]?.focus()
  }
  return (
    <div role="radiogroup" aria-label={label} className={styles.chips}>
      {options.map((option, index) => (
        <Chip
          key={option.value}
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          onClick={() => onChange(option.value)}
          onKeyDown={(event) => move(event, index)}
        >
          {option.name}
        </Chip>
      ))}
    </div>
  )
}

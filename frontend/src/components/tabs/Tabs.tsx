import { type KeyboardEvent, type ReactNode, useId } from 'react'
import styles from './Tabs.module.css'

interface Props<Name extends string> {
  label: string
  names: readonly Name[]
  /** How much is behind a tab, beside its name. */
  counts?: Readonly<Record<string, number>>
  value: Name
  onChange: (name: Name) => void
  children: ReactNode
}

/** Tabs over one panel, moved by arrows (WAI-ARIA tabs). */
export function Tabs<Name extends string>({ label, names, counts, value, onChange, children }: Props<Name>) {
  const id = useId()
  const move = (event: KeyboardEvent, index: number) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const next = step ? names[(index + step + names.length) % names.length] : undefined
    if (!next) return
    event.preventDefault()
    onChange(next)
    document.getElementById(`${id}-${next}`)?.focus()
  }
  return (
    <>
      <div role="tablist" aria-label={label} className={styles.tabs}>
        {names.map((name, index) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === value}
            aria-controls={`${id}-panel`}
            tabIndex={name === value ? 0 : -1}
            onClick={() => onChange(name)}
            onKeyDown={(event) => move(event, index)}
          >
            {name}
            {counts?.[name] === undefined ? null : <span className="num dim"> {counts[name]}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className={styles.panel}>
        {children}
      </div>
    </>
  )
}

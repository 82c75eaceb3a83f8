import { useEffect, useId, useRef, useState } from 'react'
import styles from './Dial.module.css'
import { paged } from './dial'

const SETTLES_MS = 220

/** A value that follows the hand at once and is told after it has rested. */
export function useSettling<Value>(given: Value, tell: (value: Value) => void) {
  const [held, setHeld] = useState<Value | null>(null)
  const timer = useRef(0)
  const latest = useRef(tell)
  latest.current = tell
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const move = (value: Value) => {
    setHeld(value)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => {
      latest.current(value)
      setHeld(null)
    }, SETTLES_MS)
  }
  return [held ?? given, move] as const
}

interface Props {
  label: string
  low: string
  high: string
  /** 0 to 100. */
  value: number
  word: (value: number) => string
  onChange: (value: number) => void
}

/** A bipolar dial: the fill grows from the middle, its value is a word. Arrows step 5, page keys 20. */
export function Dial({ label, low, high, value, word, onChange }: Props) {
  const id = useId()
  const [shown, move] = useSettling(value, onChange)
  const fill = { left: `${Math.min(50, shown)}%`, width: `${Math.abs(shown - 50)}%` }
  return (
    <div className={styles.dial}>
      <div className={styles.name}>
        <label htmlFor={id}>{label}</label>
        <output htmlFor={id}>{word(shown)}</output>
      </div>
      <div className={styles.rail}>
        <span className={styles.fill} style={fill} />
        <span className={styles.tick} />
        <input
          id={id}
          type="range"
          min={0}
          max={100}
          step={5}
          value={Math.round(shown / 5) * 5}
          aria-valuetext={word(shown)}
          onChange={(event) => move(Number(event.target.value))}
          onKeyDown={(event) => {
            const next = paged(event.key, shown, 0, 100)
            if (next === null) return
            event.preventDefault()
            move(next)
          }}
        />
      </div>
      <div className={styles.ends} aria-hidden="true">
        <span>{low}</span>
        <span>{high}</span>
      </div>
    </div>
  )
}

import { useSettling } from './Dial'
import styles from './Dial.module.css'
import { ordered, paged, percent } from './dial'

interface Props {
  label: string
  min: number
  max: number
  step: number
  low: number
  high: number
  /** The range in words, of its beads where they stand. */
  words: (low: number, high: number) => string
  onChange: (low: number, high: number) => void
}

/** A rail with two beads. */
export function RangeDial({ label, min, max, step, low, high, words, onChange }: Props) {
  const [[from, to], move] = useSettling<[number, number]>([low, high], ([a, b]) => onChange(a, b))
  const [left, right] = [percent(from, min, max), percent(to, min, max)]
  const bead = (which: 'low' | 'high') => {
    const value = which === 'low' ? from : to
    const go = (next: number) => move(ordered(which, next, from, to))
    return (
      <input
        type="range"
        aria-label={`${label}, ${which === 'low' ? 'from' : 'to'}`}
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={words(from, to)}
        // The lower bead lies on top where both stand at the upper end, so that it can be taken back.
        style={{ zIndex: which === 'low' && left > 50 ? 2 : 1 }}
        onChange={(event) => go(Number(event.target.value))}
        onKeyDown={(event) => {
          const next = paged(event.key, value, min, max)
          if (next === null) return
          event.preventDefault()
          go(Math.round(next / step) * step)
        }}
      />
    )
  }
  return (
    <fieldset className={styles.dial} aria-label={label}>
      <div className={styles.name}>
        <span>{label}</span>
        <output className="num">{words(from, to)}</output>
      </div>
      <div className={`${styles.rail} ${styles.two}`}>
        <span className={styles.fill} style={{ left: `${left}%`, width: `${right - left}%` }} />
        {bead('low')}
        {bead('high')}
      </div>
    </fieldset>
  )
}

import { count } from '@/words/dates'
import styles from './import.module.css'
import type { figuresOf } from './words'

/** The four counts. */
export function Figures({ figures }: { figures: ReturnType<typeof figuresOf> }) {
  const shown = [
    ['Read', figures.read],
    ['Matched', figures.matched],
    ['New', figures.new],
    ['Not matched', figures.unmatched],
  ] as const
  return (
    <dl className={styles.counts}>
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{count(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

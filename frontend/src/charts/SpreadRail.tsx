import styles from './charts.module.css'
import { type SpreadFigures, spread } from './spread'

/** Where your songs stand between close together and far apart, beside sets drawn at random. */
export function SpreadRail({ figures, label }: { figures: SpreadFigures; label: string }) {
  const { yours, from, to } = spread(figures)
  return (
    <div role="img" aria-label={label}>
      <span className={styles.rail} aria-hidden="true">
        <i className={styles.range} style={{ left: `${from}%`, right: `${100 - to}%` }} />
        <i className={styles.mark} style={{ left: `${yours}%` }} />
      </span>
      <p className={`micro dim ${styles.ends}`} aria-hidden="true">
        <span>Close together</span>
        <span>Far apart</span>
      </p>
    </div>
  )
}

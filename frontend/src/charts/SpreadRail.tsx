import styles from './charts.module.css'
import rails from './rails.module.css'
import { type SpreadFigures, spread } from './spread'

/** Where your songs stand between close together and far apart, beside sets drawn at random. */
export function SpreadRail({ figures, label }: { figures: SpreadFigures; label: string }) {
  const { yours, from, to } = spread(figures)
  return (
    <div role="img" aria-label={label}>
      <span className={rails.rail} aria-hidden="true">
        <i className={rails.range} style={{ left: `${from}%`, right: `${100 - to}%` }} />
        <i className={rails.mark} style={{ left: `${yours}%` }} />
      </span>
      <p className={`micro dim ${styles.ends}`} aria-hidden="true">
        <span>Close together</span>
        <span>Far apart</span>
      </p>
    </div>
  )
}

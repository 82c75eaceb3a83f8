import styles from './charts.module.css'
import { bounds } from './words'

interface Props {
  value: number
  interval?: readonly number[] | null | undefined
  /** Whether the value is claimed to differ from the middle. */
  claimed: boolean
}

/** A number of 0 to 100 with its interval on a rail that has its middle ticked. */
export function Interval({ value, interval, claimed }: Props) {
  return (
    <div className={styles.interval}>
      <span className={`num ${claimed ? 'name' : 'dim'} ${styles.value}`}>{Math.round(value)}</span>
      <span className={styles.rail} aria-hidden="true">
        <i className={styles.middle} />
        {interval ? (
          <i className={styles.range} style={{ left: `${interval[0]}%`, right: `${100 - (interval[1] ?? 100)}%` }} />
        ) : null}
        <i className={styles.mark} style={{ left: `${value}%` }} />
      </span>
      {interval ? <span className={`micro dim num ${styles.bounds}`}>{bounds(interval)}</span> : null}
    </div>
  )
}

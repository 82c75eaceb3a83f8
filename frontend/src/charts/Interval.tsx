import rails from './rails.module.css'
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
    <div className={rails.interval}>
      <span className={`num ${claimed ? 'name' : 'dim'} ${rails.value}`}>{Math.round(value)}</span>
      <span className={rails.rail} aria-hidden="true">
        <i className={rails.middle} />
        {interval ? (
          <i className={rails.range} style={{ left: `${interval[0]}%`, right: `${100 - (interval[1] ?? 100)}%` }} />
        ) : null}
        <i className={rails.mark} style={{ left: `${value}%` }} />
      </span>
      {interval ? <span className={`micro dim num ${rails.bounds}`}>{bounds(interval)}</span> : null}
    </div>
  )
}

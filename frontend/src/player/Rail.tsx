import type { CSSProperties } from 'react'
import { clock } from './clock'
import { shareOf, useProgress } from './progress'
import { seek } from './queue'
import styles from './Rail.module.css'

/** Where the track is: a bead of needle on a rail, which arrows move too. */
export function Rail({ middle }: { middle: string }) {
  const progress = useProgress()
  const { ms, durationMs } = progress
  return (
    <div className={styles.rail}>
      <input
        type="range"
        min={0}
        max={Math.max(1, Math.round(durationMs))}
        step={1000}
        value={Math.round(ms)}
        disabled={durationMs === 0}
        aria-label="Position"
        aria-valuetext={`${clock(ms)} of ${clock(durationMs)}`}
        style={{ '--share': `${shareOf(progress) * 100}%` } as CSSProperties}
        onChange={(event) => seek(Number(event.currentTarget.value))}
      />
      <p className={`micro dim num ${styles.times}`}>
        <span>{clock(ms)}</span>
        <span>{middle}</span>
        <span>{durationMs ? clock(durationMs) : ''}</span>
      </p>
    </div>
  )
}

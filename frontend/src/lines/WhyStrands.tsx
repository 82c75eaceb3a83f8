import type { CSSProperties } from 'react'
import styles from './lines.module.css'
import { whyHeight, whyStrands } from './paths'

/** One strand from each seed to the song, merging at its middle. */
export function WhyStrands({ shares, tints }: { shares: readonly number[]; tints: readonly CSSProperties[] }) {
  return (
    <svg width="84" height={whyHeight(shares.length)} fill="none" className={styles.fan} aria-hidden="true">
      {whyStrands(shares).map(({ path, width }, i) => (
        <path
          key={path}
          className={`tint ${styles.drawn}`}
          style={{ ...tints[i], '--nth': i } as CSSProperties}
          d={path}
          pathLength={1}
          stroke="var(--tint)"
          strokeWidth={width}
        />
      ))}
    </svg>
  )
}

import type { CSSProperties } from 'react'
import { type CableRow, GUTTER } from './cable'
import styles from './profile.module.css'

interface Props {
  row: CableRow
  tints: readonly CSSProperties[]
  side: number
  /** Width of the cap that begins the cable, in the first row. */
  cap: number | null
}

/** A row's piece of the cable: what runs on, and its own strand as it bends to the covers. */
export function CableEnd({ row, tints, side, cap }: Props) {
  return (
    <span className={styles.cable} aria-hidden="true">
      {cap === null ? null : <b style={{ width: scaled(cap) }} />}
      {row.on.map((strand) => (
        <i
          key={strand.side}
          className="tint"
          style={{ ...tints[strand.side], left: scaled(strand.left), width: scaled(strand.width) }}
        />
      ))}
      <svg width={GUTTER} height="90" className="tint" style={tints[side]} aria-hidden="true">
        <path d={row.bend} />
      </svg>
    </span>
  )
}

/** Phones have a narrower gutter. */
const scaled = (px: number): string => `calc(${px}px * var(--sx))`

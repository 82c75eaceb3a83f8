import type { CSSProperties } from 'react'
import styles from './lines.module.css'
import { CABLE_LEFT, type CableRow } from './paths'

interface Props {
  row: CableRow
  /** What the row takes and what runs on, together: the piece from the seed's foot to the first row. */
  total?: number | undefined
  tint: CSSProperties
  nth: number
  className?: string
}

/** A row's piece of the cable that hangs from the seed on phones. */
export function Cable({ row, total, tint, nth, className = '' }: Props) {
  return (
    <span
      className={`${styles.strand} tint ${className}`}
      style={{ ...tint, '--nth': nth } as CSSProperties}
      aria-hidden="true"
    >
      {total ? <i style={{ left: CABLE_LEFT, width: total, top: -44, height: 45 }} /> : null}
      {row.rest > 0 ? <i style={{ left: CABLE_LEFT, width: row.rest, top: -1, bottom: -1 }} /> : null}
      <svg width="44" height="80" className={styles.flows} aria-hidden="true">
        <path d={row.bend} />
      </svg>
    </span>
  )
}

import type { CSSProperties } from 'react'
import styles from './lines.module.css'
import { branchPaths, trunkPositions } from './paths'

interface RowProps {
  tints: readonly CSSProperties[]
  /** Of each branch in px, in the order of the trunks; 0 where a seed brought nothing. */
  widths: readonly number[]
  /** Trunks end with the last row. */
  last: boolean
  nth: number
}

/** A row's piece of the trunks, and its branches. */
export function Branches({ tints, widths, last, nth }: RowProps) {
  const paths = branchPaths(widths)
  return (
    <span className={styles.strand} aria-hidden="true">
      {last ? null : <Pieces tints={tints} edges={tints.map(() => ({ top: -1, bottom: -1 }))} />}
      <svg width="68" height="80" className={styles.flows} style={{ '--nth': nth } as CSSProperties} aria-hidden="true">
        {paths
          .map((path, i) => ({ path, tint: tints[i] }))
          .reverse()
          .map(({ path, tint }) => (path ? <path key={path} className="tint" style={tint} d={path} /> : null))}
      </svg>
    </span>
  )
}

interface LeadProps {
  tints: readonly CSSProperties[]
  /** Which seed stands in this row; null for a row below all seeds. */
  seed: number | null
}

/** A seed's row: a bead on its own trunk and a line to its cover; trunks of earlier seeds run on. */
export function Lead({ tints, seed }: LeadProps) {
  const at = trunkPositions(tints.length)
  const begun = tints.slice(0, seed === null ? tints.length : seed + 1)
  const edges = begun.map((_, i) => ({ top: i === seed ? '50%' : -1, bottom: -1 }))
  return (
    <span className={styles.strand} aria-hidden="true">
      <Pieces tints={begun} of={tints.length} edges={edges} />
      {seed === null ? null : <Bead x={at[seed] as number} tint={tints[seed] as CSSProperties} />}
    </span>
  )
}

const left = (x: number, by: number) => `calc(${x}px * var(--sx, 1) - ${by}px)`

interface PieceProps {
  tints: readonly CSSProperties[]
  of?: number
  edges: readonly Pick<CSSProperties, 'top' | 'bottom'>[]
}

function Pieces({ tints, of = tints.length, edges }: PieceProps) {
  const at = trunkPositions(of)
  return tints.map((tint, i) => (
    <i key={at[i]} className="tint" style={{ ...tint, ...edges[i], left: left(at[i] as number, 1), width: 2 }} />
  ))
}

function Bead({ x, tint }: { x: number; tint: CSSProperties }) {
  return (
    <>
      <i className="tint" style={{ ...tint, left: left(x, 0), right: 0, height: 2, top: 'calc(50% - 1px)' }} />
      <i
        className="tint"
        style={{ ...tint, left: left(x, 5), width: 10, height: 10, borderRadius: '50%', top: 'calc(50% - 5px)' }}
      />
    </>
  )
}

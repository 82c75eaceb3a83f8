import styles from './charts.module.css'
import { cells, place, SIDE } from './moodPlane'

interface Point {
  valence: number
  energy: number
}

interface Props {
  label: string
  bins: readonly (readonly number[])[]
  /** The catalogue's medians: where the dashed cross stands. */
  reference: Point
  median: Point | null
}

/** Your songs on the plane of mood and energy, cell by cell; the needle is your median. */
export function MoodPlane({ label, bins, reference, median }: Props) {
  const [crossX, crossY] = place(reference.valence, reference.energy)
  const needle = median ? place(median.valence, median.energy) : null
  return (
    <svg className={styles.chart} viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={label}>
      <rect width={SIDE} height={SIDE} rx="4" className={styles.plane} />
      <path className={styles.cross} d={`M${crossX} 0V${SIDE}M0 ${crossY}H${SIDE}`} />
      {cells(bins).map(({ x, y, r }) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r={r.toFixed(1)} className={styles.cell} />
      ))}
      {needle ? <circle cx={needle[0]} cy={needle[1]} r="8" className={styles.median} /> : null}
    </svg>
  )
}

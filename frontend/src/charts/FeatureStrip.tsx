import styles from './charts.module.css'
import { HEIGHT, histogram, WIDTH } from './histogram'

interface Props {
  /** What the chart shows, in a sentence. */
  label: string
  yours: readonly number[]
  catalogue: readonly number[]
  low: number
  high: number
  median: number | null | undefined
  /** Whether something is claimed: the bars are stronger then. */
  claimed: boolean
}

/** Your songs as bars, the catalogue as a line with a halo, your median as the needle. */
export function FeatureStrip({ label, median, claimed, ...given }: Props) {
  const { bars, curve, at } = histogram(given)
  const needle = at(median)
  return (
    <svg
      className={`${styles.chart} ${styles.flat}`}
      data-claimed={claimed || undefined}
      preserveAspectRatio="none"
      viewBox={`0 -4 ${WIDTH} ${HEIGHT + 10}`}
      role="img"
      aria-label={label}
    >
      {bars.map((bar) => (bar.height > 0 ? <rect key={bar.x} className={styles.bar} {...bar} rx="1" /> : null))}
      <path className={styles.halo} d={curve} />
      <path className={styles.catalogue} d={curve} />
      <path className={styles.axis} d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} />
      {needle === null ? null : <path className={styles.needle} d={`M${needle.toFixed(1)} -4V${HEIGHT + 6}`} />}
    </svg>
  )
}

import styles from './charts.module.css'
import { HEIGHT, histogram, WIDTH } from './histogram'

interface Props {
  label: string
  bins: readonly { low: number; high: number; n: number; catalogue_share: number }[]
  median: number | null | undefined
  band: readonly number[] | null | undefined
}

/** Tempo folded to 70 to 140 beats per minute: bars, the catalogue's line, the band with half of the songs. */
export function TempoBars({ label, bins, median, band }: Props) {
  const [low, high] = [bins[0]?.low ?? 70, bins.at(-1)?.high ?? 140]
  const drawn = histogram({
    yours: bins.map(({ n }) => n),
    catalogue: bins.map(({ catalogue_share }) => catalogue_share),
    low,
    high,
  })
  const [from, to, needle] = [drawn.at(band?.[0]), drawn.at(band?.[1]), drawn.at(median)]
  return (
    <div>
      <svg
        className={`${styles.chart} ${styles.tall}`}
        data-claimed
        viewBox={`0 -4 ${WIDTH} ${HEIGHT + 16}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {drawn.bars.map(({ x, y, width, height }) =>
          height > 0 ? <rect key={x} className={styles.bar} {...{ x, y, width, height }} rx="1" /> : null,
        )}
        <path className={styles.halo} d={drawn.curve} />
        <path className={styles.catalogue} d={drawn.curve} />
        <path className={styles.axis} d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} />
        {from !== null && to !== null ? (
          <rect className={styles.band} x={from} width={to - from} y={HEIGHT + 4} height="4" rx="2" />
        ) : null}
        {needle === null ? null : <path className={styles.needle} d={`M${needle.toFixed(1)} -4V${HEIGHT + 3}`} />}
      </svg>
      <p className={`micro dim num ${styles.ends}`} aria-hidden="true">
        <span>{low} BPM</span>
        <span>{(low + high) / 2}</span>
        <span>{high}</span>
      </p>
    </div>
  )
}

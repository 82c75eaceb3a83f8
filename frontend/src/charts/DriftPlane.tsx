import styles from './charts.module.css'
import { SIDE, through, zoomed } from './moodPlane'

export interface Month {
  name: string
  valence: number
  energy: number
}

/** Months as dots joined in their order, on a part of the plane of mood and energy; the last one is the needle. */
export function DriftPlane({ months, label }: { months: readonly Month[]; label: string }) {
  const { place } = zoomed(months)
  const points = months.map(({ valence, energy }) => place(valence, energy))
  return (
    <svg className={`${styles.chart} ${styles.drift}`} viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label={label}>
      <rect width={SIDE} height={SIDE} rx="4" className={styles.plane} />
      <path d={through(points)} className={styles.driftLine} />
      {months.map((month, i) => {
        const [x, y] = points[i] as readonly [number, number]
        const last = i === months.length - 1
        return (
          <g key={month.name}>
            <circle cx={x} cy={y} r={last ? 8 : 5} className={last ? styles.median : styles.cell} />
            <text x={x} y={y + (y > SIDE - 40 ? -14 : 24)} className={styles.keyMinor} data-sure>
              {month.name}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

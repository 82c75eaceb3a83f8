import { arc } from 'd3-shape'
import styles from './report.module.css'

const SIZE = 136
const ring = arc<number>().innerRadius(56).outerRadius(64).cornerRadius(4).startAngle(0)

/** How far it is to the first report. */
export function ProgressRing({ done, of }: { done: number; of: number }) {
  const half = SIZE / 2
  const full = 2 * Math.PI
  return (
    <svg
      className={styles.ring}
      viewBox={`${-half} ${-half} ${SIZE} ${SIZE}`}
      role="img"
      aria-label={`${done} of ${of} songs`}
    >
      <path d={ring.endAngle(full)(0) ?? ''} className={styles.ringWay} />
      {done > 0 ? (
        <path d={ring.endAngle((full * Math.min(done, of)) / of)(0) ?? ''} className={styles.ringDone} />
      ) : null}
      <text y="2" className={styles.ringCount}>
        {done}
      </text>
      <text y="24" className={styles.ringOf}>
        of {of}
      </text>
    </svg>
  )
}

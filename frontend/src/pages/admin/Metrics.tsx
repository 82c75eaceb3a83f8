import type { Schemas } from '@/api/types'
import styles from './Metrics.module.css'
import { axisEnd, type Metric, metricsOf } from './metrics'

/** How well a release ranks held-out playlists: values with their 95 % intervals on one axis. */
export function Metrics({ release }: { release: Schemas['ReleaseSummary'] }) {
  const metrics = metricsOf(release)
  if (metrics.length === 0) return <p className="small soft">This release holds no metrics.</p>
  const end = axisEnd(metrics)
  const held = release.metrics?.held_playlists
  return (
    <>
      <ul className={styles.metrics}>
        {metrics.map((metric) => (
          <li key={metric.name}>
            <span className="small">{metric.name}</span>
            <Bar metric={metric} end={end} />
            <span className="small num name">{metric.value.toFixed(3)}</span>
            <span className="micro dim num">
              {metric.interval ? `${metric.interval[0].toFixed(3)} to ${metric.interval[1].toFixed(3)}` : ''}
            </span>
          </li>
        ))}
      </ul>
      <p className={`micro dim num ${styles.note}`}>
        nDCG at 100{typeof held === 'number' ? ` on ${held} held-out playlists` : ''}, axis 0 to {end}. Bars are 95 %
        intervals.
      </p>
    </>
  )
}

function Bar({ metric: { value, interval }, end }: { metric: Metric; end: number }) {
  const at = (x: number) => `${(100 * x) / end}%`
  return (
    <span className={styles.bar} aria-hidden="true">
      {interval ? <i style={{ left: at(interval[0]), width: at(interval[1] - interval[0]) }} /> : null}
      <b style={{ left: at(value) }} />
    </span>
  )
}

import type { Report } from '@/api/types'
import { ChartFrame } from '@/charts/ChartFrame'
import { DriftPlane } from '@/charts/DriftPlane'
import { Interval } from '@/charts/Interval'
import { SpreadRail } from '@/charts/SpreadRail'
import parts from './parts.module.css'
import { monthName } from './period'
import styles from './report.module.css'
import { driftSays, isClaim, popularitySays, spreadSays } from './sentences'
import { driftTable, spreadTable } from './tables'

export function SpreadPart({ report }: { report: Pick<Report, 'diversity' | 'mainstream'> }) {
  const { diversity, mainstream } = report
  const { mean_cosine: mean, random_mean: random, random_sd: sd } = diversity
  const says = spreadSays(diversity)
  return (
    <ChartFrame title="Spread and popularity" says={says} table={spreadTable(report)}>
      {mean != null && random != null && sd != null ? (
        <SpreadRail
          figures={{ mean, random, sd }}
          label={`${says} The grey band is where 95% of sets of ${diversity.n_with_vector} random songs are.`}
        />
      ) : null}
      <p className="micro dim">
        The band is where 95% of sets of {diversity.n_with_vector} random songs are; the stroke is yours.
      </p>
      <div className={parts.known}>
        <div>
          <h3 className="small name">Popularity</h3>
          <p className={`micro ${isClaim(mainstream.claim) ? 'soft' : 'dim'}`}>{popularitySays(mainstream)}</p>
        </div>
        {mainstream.superiority != null ? (
          <Interval
            value={mainstream.superiority}
            interval={mainstream.ci as readonly number[] | null | undefined}
            claimed={isClaim(mainstream.claim)}
          />
        ) : null}
      </div>
    </ChartFrame>
  )
}

export function DriftPart({ drift }: { drift: Report['drift'] }) {
  const says = driftSays(drift)
  const months = drift.months.map(({ month, valence, energy }) => ({ name: monthName(month), valence, energy }))
  return (
    <ChartFrame title="Over the months" says={says} table={months.length >= 2 ? driftTable(drift) : null}>
      {months.length >= 2 ? (
        <>
          <DriftPlane
            months={months}
            label={`Mean mood and energy of your likes, ${months.map(({ name }) => name).join(', ')}: ${says}`}
          />
          <p className={`micro dim ${styles.foot}`}>
            Energy rises upwards, mood brightens to the right; a part of the plane. Months with 20 likes or more.
          </p>
        </>
      ) : null}
    </ChartFrame>
  )
}

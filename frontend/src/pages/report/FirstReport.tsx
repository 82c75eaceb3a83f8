import { lazy, type ReactNode, Suspense } from 'react'
import type { Report } from '@/api/types'
import { ButtonLink } from '@/components/button/Button'
import { counted } from '@/words/dates'
import { ProgressRing } from './ProgressRing'
import { periodName } from './period'
import styles from './report.module.css'

const Records = lazy(() => import('./Records'))

/** Below 20 songs: counts, records and the way to a first report; nothing is compared. */
export function FirstReport({ report, picker }: { report: Report; picker: ReactNode }) {
  const { n_in_release: held, n_likes: likes, likes_needed: needed } = report
  const goal = held + needed
  return (
    <>
      <div className={styles.head}>
        <div className={styles.over}>
          <p className="small dim">Taste report{report.period === 'all' ? '' : `, ${periodName(report.period)}`}</p>
          {picker}
        </div>
        <div className={styles.first}>
          <ProgressRing done={held} of={goal} />
          <div>
            <h1 className="title">
              {held} of {goal} songs to your first report
            </h1>
            <p className="lead">Nothing is compared from fewer than {goal} songs: chance would say too much.</p>
            <div className={styles.actions}>
              <ButtonLink kind="solid" to="/test">
                {likes ? 'Rate a few songs' : 'Take the interest test'}
              </ButtonLink>
              <ButtonLink to="/recommend">Find songs to like</ButtonLink>
            </div>
          </div>
        </div>
      </div>
      {likes ? (
        <p className="small soft num">
          {counted(likes, 'song')} by {counted(report.n_artists, 'artist')} so far.
        </p>
      ) : null}
      {report.records.length ? (
        <Suspense>
          <Records report={report} heading />
        </Suspense>
      ) : null}
    </>
  )
}

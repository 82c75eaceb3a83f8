import type { ReactNode } from 'react'
import type { Report } from '@/api/types'
import { count, counted } from '@/words/dates'
import { periodName } from './period'
import styles from './report.module.css'

/** The report in a few words, what it is made from, and what it is measured against. */
export function ReportHead({ report, picker, over }: { report: Report; picker?: ReactNode; over?: ReactNode }) {
  const { n_likes: likes, n_artists: artists, n_with_features: measured, n_in_release: held } = report
  return (
    <div className={styles.head}>
      <div className={styles.over}>
        <p className="small dim">
          {over ?? `Taste report${report.period === 'all' ? '' : `, ${periodName(report.period)}`}`}
        </p>
        {picker}
      </div>
      <h1 className={`display ${styles.summary}`}>{report.summary}</h1>
      <p className={`small dim num ${styles.facts}`}>
        <span>
          {counted(likes, 'song')} by {counted(artists, 'artist')}
        </span>
        <span>
          {count(measured)} of {count(likes)} have audio features
        </span>
        {held < likes ? <span>{counted(likes - held, 'song')} not on this server</span> : null}
        <span>compared with the {counted(report.catalogue_size, 'song')} on this server</span>
      </p>
    </div>
  )
}

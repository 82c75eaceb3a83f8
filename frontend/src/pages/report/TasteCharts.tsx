import { lazy, Suspense } from 'react'
import type { Report } from '@/api/types'
import styles from './report.module.css'
import { LanguagesPart } from './SharesParts'
import { DriftPart, SpreadPart } from './TasteParts'

const SidesPart = lazy(() => import('./SidesPart'))

/** The later parts of a report: how far it spreads, how it moved, languages, sides. */
export default function TasteCharts({ report, own }: { report: Report; own?: boolean | undefined }) {
  return (
    <>
      <div className={styles.halves}>
        <SpreadPart report={report} />
        <div>
          <DriftPart drift={report.drift} />
          <LanguagesPart languages={report.languages} />
        </div>
      </div>
      <Suspense>
        <SidesPart report={report} own={own} />
      </Suspense>
    </>
  )
}

import { lazy, Suspense } from 'react'
import type { Report } from '@/api/types'
import styles from './report.module.css'
import { DecadesPart, GenresPart } from './SharesParts'
import { KeysPart, MoodPart, TempoPart } from './SoundParts'
import { Strips } from './Strips'

const LeadsOn = lazy(() => import('./LeadsOn'))
const TasteCharts = lazy(() => import('./TasteCharts'))

/** The parts of a report, each with its sentence, its chart and its table. `own` adds what leads on. */
export default function ReportCharts({ report, own }: { report: Report; own?: boolean }) {
  return (
    <>
      <Strips features={report.features} />
      <div className={styles.halves}>
        <DecadesPart report={report} />
        <KeysPart keys={report.keys} />
        <MoodPart mood={report.mood} />
        <Suspense fallback={<div />}>
          <LeadsOn report={report} own={own} />
        </Suspense>
        <TempoPart tempo={report.tempo} />
        <GenresPart genres={report.genres} />
      </div>
      <Suspense>
        <TasteCharts report={report} own={own} />
      </Suspense>
    </>
  )
}

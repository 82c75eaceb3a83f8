import type { Report } from '@/api/types'
import Records from './Records'
import styles from './report.module.css'
import { SidesPart } from './SidesPart'
import { DecadesPart, KeysPart, MoodPart, TempoPart } from './SoundParts'
import { Strips } from './Strips'
import { DriftPart, GenresPart, LanguagesPart, SpreadPart } from './TasteParts'
import { Threads } from './Threads'

/** The parts of a report, each with its sentence, its chart and its table. `own` adds what leads on. */
export default function ReportCharts({ report, own }: { report: Report; own?: boolean }) {
  return (
    <>
      <Strips features={report.features} />
      <div className={styles.halves}>
        <DecadesPart report={report} />
        <KeysPart keys={report.keys} />
        <MoodPart mood={report.mood} />
        <div>
          {own ? <Threads period={report.period} /> : null}
          <div className={styles.recordsSpace}>{report.records.length ? <Records report={report} /> : null}</div>
        </div>
        <TempoPart tempo={report.tempo} />
        <GenresPart genres={report.genres} />
        <SpreadPart report={report} />
        <DriftPart drift={report.drift} />
        <LanguagesPart languages={report.languages} />
      </div>
      <SidesPart report={report} own={own} />
    </>
  )
}

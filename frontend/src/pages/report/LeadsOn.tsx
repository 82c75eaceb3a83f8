import type { Report } from '@/api/types'
import parts from './parts.module.css'
import Records from './Records'
import { Threads } from './Threads'

/** What leads on from a report: threads for its owner, and the songs on record. */
export default function LeadsOn({ report, own }: { report: Report; own?: boolean | undefined }) {
  return (
    <div>
      {own ? <Threads period={report.period} /> : null}
      <div className={parts.recordsSpace}>{report.records.length ? <Records report={report} /> : null}</div>
    </div>
  )
}

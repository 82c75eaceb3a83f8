import { IconDownload } from '@tabler/icons-react'
import type { Report } from '@/api/types'
import { FigureTable } from '@/charts/FigureTable'
import { Button } from '@/components/button/Button'
import { reportCsv } from './csv'
import { download } from './download'
import styles from './report.module.css'
import { allTables } from './tables'

/** All figures of a report as tables, and as files. */
export default function FullData({ report }: { report: Report }) {
  const name = `segue-report-${report.period}`
  const icon = <IconDownload size={20} stroke={1.6} aria-hidden="true" />
  const json = () => download(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }), `${name}.json`)
  const csv = () => download(new Blob([reportCsv(report)], { type: 'text/csv' }), `${name}.csv`)
  return (
    <div className={styles.fullData}>
      <div className={styles.actions}>
        <Button icon={icon} onClick={json}>
          Save as JSON
        </Button>
        <Button icon={icon} onClick={csv}>
          Save as CSV
        </Button>
      </div>
      {allTables(report).map((table) => (
        <div key={table.caption}>
          <h3 className="head">{table.caption}</h3>
          <FigureTable {...table} />
        </div>
      ))}
    </div>
  )
}

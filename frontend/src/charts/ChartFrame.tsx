import { type ReactNode, useState } from 'react'
import { Button } from '@/components/button/Button'
import styles from './charts.module.css'
import { FigureTable, type TableData } from './FigureTable'

interface Props {
  title: string
  /** The finding in a sentence, above the chart. */
  says?: ReactNode
  table: TableData
  children: ReactNode
  /** Below the chart: a legend, what is left out. */
  foot?: ReactNode
}

/** A chart under its heading with what it says, and the same figures as a table on request. */
export function ChartFrame({ title, says, table, children, foot }: Props) {
  const [asTable, setAsTable] = useState(false)
  return (
    <section className={styles.frame} aria-label={title}>
      <div className={styles.frameHead}>
        <h2 className="title">{title}</h2>
        <Button kind="plain" className={styles.toggle} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Show as table
        </Button>
      </div>
      {says ? <p className={`soft ${styles.says}`}>{says}</p> : null}
      {asTable ? (
        <FigureTable {...table} />
      ) : (
        <>
          {children}
          {foot}
        </>
      )}
    </section>
  )
}

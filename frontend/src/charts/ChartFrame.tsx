import { type ReactNode, useState } from 'react'
import { Button } from '@/components/button/Button'
import { FigureTable, type TableData } from './FigureTable'
import frame from './frame.module.css'

interface Props {
  title: string
  /** The finding in a sentence, above the chart. */
  says?: ReactNode
  /** Its figures; null where there is nothing to show yet. */
  table: TableData | null
  children: ReactNode
  /** Below the chart: a legend, what is left out. */
  foot?: ReactNode
}

/** A chart under its heading with what it says, and the same figures as a table on request. */
export function ChartFrame({ title, says, table, children, foot }: Props) {
  const [asTable, setAsTable] = useState(false)
  return (
    <section className={frame.frame} aria-label={title}>
      <div className={frame.frameHead}>
        <h2 className="title">{title}</h2>
        {table ? (
          <Button kind="plain" className={frame.toggle} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Show as table
          </Button>
        ) : null}
      </div>
      {says ? <p className={`soft ${frame.says}`}>{says}</p> : null}
      {asTable && table ? (
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

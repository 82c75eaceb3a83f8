import type { ReactNode } from 'react'
import styles from './DataTable.module.css'

export interface Column<Row> {
  heading: string
  cell: (row: Row) => ReactNode
  /** Stands before the cell on phones, where the heading is not to be seen. */
  short?: string
}

interface Props<Row> {
  caption: string
  columns: readonly [Column<Row>, ...Column<Row>[]]
  rows: readonly Row[]
  keyOf: (row: Row) => string
}

/** A table that becomes lines on phones: the first column is the row's name. */
export function DataTable<Row>({ caption, columns, rows, keyOf }: Props<Row>) {
  const [first, ...others] = columns
  return (
    <table className={styles.data}>
      <caption className="sr">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ heading }) => (
            <th scope="col" key={heading}>
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            <th scope="row">{first.cell(row)}</th>
            {others.map(({ heading, cell, short }) => (
              <td key={heading} className="num" data-heading={short}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

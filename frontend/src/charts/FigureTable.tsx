import { DataTable } from '@/components/layout/DataTable'

/** Figures as a table: what stands in files and behind "Show as table". */
export interface TableData {
  caption: string
  headings: readonly [string, ...string[]]
  rows: readonly (readonly [string, ...string[]])[]
}

type Row = TableData['rows'][number]

export function FigureTable({ caption, headings, rows }: TableData) {
  const [first, ...others] = headings
  return (
    <DataTable
      caption={caption}
      columns={[
        { heading: first, cell: (row: Row) => row[0] },
        ...others.map((heading, i) => ({ heading, short: `${heading}:`, cell: (row: Row) => row[i + 1] ?? '' })),
      ]}
      rows={rows}
      keyOf={(row) => row[0]}
    />
  )
}

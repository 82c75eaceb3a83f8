/** A report as one table for spreadsheets: a row for each feature, decade, key and so on, numbers as the server gives them. */

import type { Report } from '@/api/types'
import { keyName } from '@/charts/circleOfFifths'

const COLUMNS = [
  'part',
  'name',
  'n',
  'share',
  'catalogue_share',
  'lift',
  'superiority',
  'ci_low',
  'ci_high',
  'mean',
  'median',
  'catalogue_median',
  'claim',
] as const
type Cell = string | number | null | undefined
type Figures = Partial<Record<Exclude<(typeof COLUMNS)[number], 'part' | 'name'>, Cell>>
type Row = { part: string; name: string } & Figures

export function reportCsv(report: Report): string {
  const lines = rowsOf(report).map((row) => COLUMNS.map((column) => quoted(row[column])).join(','))
  return [COLUMNS.join(','), ...lines, ''].join('\r\n')
}

function rowsOf(report: Report): Row[] {
  const { era, mainstream, tempo } = report
  return [
    { part: 'counts', name: 'likes', n: report.n_likes },
    { part: 'counts', name: 'with audio features', n: report.n_with_features },
    { part: 'counts', name: 'catalogue', n: report.catalogue_size },
    ...report.features.map((one) => ({ part: 'feature', name: one.name, ...picked(one), ...ends(one.ci) })),
    {
      part: 'year',
      name: 'release year',
      ...picked(era),
      ...ends(era.ci),
      median: era.median_year,
      catalogue_median: era.catalogue_median_year,
    },
    { part: 'popularity', name: 'popularity', ...picked(mainstream), ...ends(mainstream.ci) },
    ...report.decades.map((one) => ({ part: 'decade', ...picked(one), name: `${one.decade}s` })),
    ...report.keys.map((one) => ({ part: 'key', ...picked(one), name: keyName(one) })),
    ...tempo.bins.map((one) => ({ part: 'tempo', ...picked(one), name: `${one.low} to ${one.high} BPM` })),
    ...report.mood.shares.map((one) => ({ part: 'mood', ...picked(one), name: one.name })),
    ...report.genres.items.map((one) => ({ part: 'genre', ...picked(one), name: one.name })),
    ...report.languages.items.map((one) => ({ part: 'language', name: one.language, n: one.n, share: one.share })),
    ...report.clusters.map((one) => ({ part: 'side', name: one.label, n: one.n, share: one.share })),
    ...report.drift.months.flatMap(({ month, n, valence, energy }) => [
      { part: 'mean valence of a month', name: month, n, mean: valence },
      { part: 'mean energy of a month', name: month, n, mean: energy },
    ]),
  ]
}

const NAMES: readonly string[] = COLUMNS.slice(2)
/** The fields of a part that are columns. */
const picked = (part: object): Figures =>
  Object.fromEntries(Object.entries(part).filter(([name]) => NAMES.includes(name))) as Figures

const ends = (ci: unknown): Figures => (Array.isArray(ci) ? { ci_low: ci[0] as number, ci_high: ci[1] as number } : {})

/** Quoted where RFC 4180 wants it; a text that a spreadsheet would run as a formula gets an apostrophe. */
function quoted(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The time a report is about: `all`, a year ("2026") or a month ("2026-10"), by when a song was liked, in UTC. */
export interface PeriodChoice {
  value: string
  name: string
}

const VALID = /^(all|(19|20)\d\d(-(0[1-9]|1[0-2]))?)$/
const MONTHS_OFFERED = 12

/** The period of an address; what is not one is the whole time. The router may have read "2026" as a number. */
export const periodOf = (given: unknown): string => (VALID.test(String(given)) ? String(given) : 'all')

/** The search parameters of the report's pages: nothing for all time. */
export function reportSearch(given: Record<string, unknown>): { period?: string } {
  const period = periodOf(given.period)
  return period === 'all' ? {} : { period }
}

/** "All time", "2026", "October 2026". */
export function periodName(period: string): string {
  if (period === 'all') return 'All time'
  const [year, month] = period.split('-')
  return month ? `${monthName(period)} ${year}` : String(year)
}

/** "August" for "2026-08". */
export const monthName = (period: string): string =>
  new Date(`${period}-15T00:00:00Z`).toLocaleDateString('en-GB', { month: 'long', timeZone: 'UTC' })

/** What is offered: all time, this year and the last one, the last twelve months; and what the address asks for. */
export function periodChoices(now: Date, chosen: string): PeriodChoice[] {
  const year = now.getUTCFullYear()
  const months = Array.from({ length: MONTHS_OFFERED }, (_, back) => {
    const date = new Date(Date.UTC(year, now.getUTCMonth() - back, 1))
    return date.toISOString().slice(0, 7)
  })
  const offered = ['all', String(year), String(year - 1), ...months]
  const all = offered.includes(chosen) ? offered : [...offered, chosen]
  return all.map((value) => ({ value, name: periodName(value) }))
}

/** Months as periods, by the clock of the device. */
export interface Period {
  since: string
  until: string
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/

/** "2025-12" as its first moment and the first one after it; null for what is no month. */
export function periodOf(month: string): Period | null {
  const found = MONTH.exec(month)
  if (!found) return null
  const [year, nth] = [Number(found[1]), Number(found[2]) - 1]
  return { since: new Date(year, nth).toISOString(), until: new Date(year, nth + 1).toISOString() }
}

const title = (date: Date) => date.toLocaleDateString('en-GB', { month: 'long', year: 'numeric' })
const day = (date: Date) => date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })

/** "Nothing from December 2025", or the days where it is no whole month. */
export function periodWords(since: string | null | undefined, until: string | null | undefined): string {
  const [from, to] = [since ? new Date(since) : null, until ? new Date(until) : null]
  if (from && to && isMonth(from, to)) return `Nothing from ${title(from)}`
  if (from && to) return `Nothing from ${day(from)} to ${day(to)}`
  return from ? `Nothing since ${day(from)}` : `Nothing before ${day(to as Date)}`
}

const isMonth = (from: Date, to: Date) =>
  from.getDate() === 1 && new Date(from.getFullYear(), from.getMonth() + 1).getTime() === to.getTime()

/** The last months, the latest first, as a choice. */
export function lastMonths(count: number, now = new Date()): { value: string; name: string }[] {
  return Array.from({ length: count }, (_, i) => {
    const date = new Date(now.getFullYear(), now.getMonth() - i)
    return { value: `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`, name: title(date) }
  })
}

const DAY_MS = 86_400_000

/** "today", "yesterday", "12 days ago", then the date. */
export function ago(at: string, now = Date.now()): string {
  const days = Math.floor((startOfDay(now) - startOfDay(Date.parse(at))) / DAY_MS)
  if (days <= 0) return 'today'
  if (days === 1) return 'yesterday'
  return days < 60 ? `${days} days ago` : dayOf(at, now)
}

/** "3 March", with the year where it is another one. */
export function dayOf(at: string, now = Date.now()): string {
  const date = new Date(at)
  const other = date.getFullYear() !== new Date(now).getFullYear()
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', ...(other ? { year: 'numeric' } : {}) })
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

export const count = (value: number) => value.toLocaleString('en-GB')
/** "1 song", "5,000 songs". */
export const counted = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`

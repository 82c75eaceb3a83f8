/** What a share card may say of a report: figure and words. The server draws them by their codes. */
import type { Report } from '@/api/types'

export interface CardFact {
  code: string
  figure: string
  words: string
}

export const MOST_FACTS = 3
const RECORDS: Readonly<Record<string, string>> = { oldest: 'is the oldest', newest: 'is the newest' }

/** In the server's order: claims, what is left to a first report, records. */
export function cardFacts(report: Pick<Report, 'headlines' | 'records' | 'likes_needed'>): CardFact[] {
  const claimed = report.headlines.flatMap(({ code, figure, caption }) =>
    figure && caption ? [{ code, figure, words: caption }] : [],
  )
  const needed = report.likes_needed
    ? [{ code: 'needed', figure: String(report.likes_needed), words: 'more and it begins to compare.' }]
    : []
  const records = report.records.flatMap(({ kind, value, track }) => {
    const says = RECORDS[kind]
    const by = track.artists[0] ? ` by ${track.artists[0]}` : ''
    return says && value ? [{ code: kind, figure: value.toFixed(0), words: `${says}: ${track.title}${by}` }] : []
  })
  return [...claimed, ...needed, ...records]
}

/** The chosen codes after a tick was set or taken off; they keep the order in which they are offered. */
export function ticked(facts: readonly CardFact[], chosen: readonly string[], code: string): string[] {
  const next = chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]
  return facts
    .map((fact) => fact.code)
    .filter((one) => next.includes(one))
    .slice(0, MOST_FACTS)
}

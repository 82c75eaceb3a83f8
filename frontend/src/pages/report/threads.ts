/** Threads: keywords of a report, each with filters of GET /v1/me/recommendations; several together narrow further. */
import type { Schemas } from '@/api/types'

export type Thread = Schemas['Chip']
export type ThreadFilters = Record<string, number | string | string[]>

/** A chip's name here: two genres may be called alike elsewhere, so the label counts too. */
export const threadKey = ({ code, label }: Pick<Thread, 'code' | 'label'>): string => `${code} ${label}`

/** All must hold: the highest of the lower bounds, the lowest of the upper ones; of several genres any will do. */
export function together(threads: readonly Thread[]): ThreadFilters {
  const filters: ThreadFilters = {}
  for (const [name, value] of threads.flatMap((thread) => Object.entries(thread.filters)))
    filters[name] =
      name in filters ? both(name, filters[name] as string | number | string[], value) : first(name, value)
  return filters
}

const first = (name: string, value: string | number) => (name === 'genres' ? [String(value)] : value)

function both(name: string, before: string | number | string[], value: string | number) {
  if (name === 'genres') return [...new Set([...[before].flat().map(String), String(value)])]
  if (name.startsWith('min_')) return Math.max(Number(before), Number(value))
  return name.startsWith('max_') ? Math.min(Number(before), Number(value)) : value
}

/** What the page Recommend can be told in its address: `?tempo=112..136`. */
const RANGES = ['energy', 'tempo', 'year', 'valence', 'acousticness']

/** The filters as search parameters of Recommend, or null where it has no setting for one of them. */
export function recommendSearchOf(filters: ThreadFilters): Record<string, string> | null {
  const ranges: Record<string, { min?: number; max?: number }> = {}
  for (const [name, value] of Object.entries(filters)) {
    const [, end, feature] = /^(min|max)_(.+)$/.exec(name) ?? []
    if (!feature || !RANGES.includes(feature)) return null
    ranges[feature] = { ...ranges[feature], [end as 'min']: Number(value) }
  }
  return Object.fromEntries(Object.entries(ranges).map(([name, { min, max }]) => [name, `${min ?? ''}..${max ?? ''}`]))
}

/** Titles and targets of the home rows. */
import type { Schemas } from '@/api/types'
import type { RecommendSearch } from '../recommend/search'

export type Row = Omit<Schemas['HomeTracks'], 'key'> & { key: Schemas['HomeTracks']['key'] | 'weekly' }

/** The row's reason in two parts: what stands before the seed's name, and the name. */
export function rowTitle({ title, seed }: Pick<Row, 'title' | 'seed'>): { before: string | null; name: string } {
  if (!seed || !title.endsWith(seed.title)) return { before: null, name: title }
  return { before: title.slice(0, -seed.title.length).trim(), name: seed.title }
}

/** Where "All" leads: a list from that seed, or from the whole taste; null where there is no longer list. */
export function allOf({ key, seed }: Pick<Row, 'key' | 'seed'>): RecommendSearch | null {
  if (seed) return { seeds: seed.id }
  return key === 'new_to_you' ? {} : null
}

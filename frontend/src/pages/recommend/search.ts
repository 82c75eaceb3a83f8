/** What a list is made of, as typed search parameters: `?seeds=a,b&mode=deep_cuts&popularity=18&tempo=85..140&set=2`.
 * Wrong values fall to the defaults, and defaults are not written. */
import {
  type DialName,
  EMPTY,
  type Heard,
  type ListMode,
  type ListState,
  MODES,
  MOST_SEEDS,
  MOST_SETS,
  NAME_LENGTH,
  type Range,
  type RangeName,
} from '@/list/state'
import { DIALS, RANGES, type RangeWords } from '@/list/tuning'

export type RecommendSearch = {
  seeds?: string
  away?: string
  name?: string
  mode?: ListMode
  per_artist?: number
  heard?: Heard
  set?: number
} & Partial<Record<DialName, number>> &
  Partial<Record<RangeName, string>>

const TRACK_ID = /^[0-9A-Za-z]{22}$/
const MOST_PER_ARTIST = 20
const HEARD: readonly Heard[] = ['never', 'year']

/** The search parameters of an address as far as they are right. */
export const recommendSearch = (given: Record<string, unknown>): RecommendSearch => searchOf(stateOf(given))

export function stateOf(given: Record<string, unknown>): ListState {
  return {
    seeds: idsOf(given.seeds),
    away: idsOf(given.away, idsOf(given.seeds)),
    name: nameOf(given.name),
    mode: MODES.find(({ value }) => value === given.mode)?.value ?? EMPTY.mode,
    dials: kept(DIALS, ({ name }) => whole(given[name], 0, 100)),
    perArtist: whole(given.per_artist, 1, MOST_PER_ARTIST) ?? null,
    ranges: kept(RANGES, (words) => rangeIn(words, given[words.name])),
    heard: HEARD.find((heard) => heard === given.heard) ?? null,
    set: whole(given.set, 1, MOST_SETS) ?? 1,
  }
}

export function searchOf(state: ListState): RecommendSearch {
  const ranges = Object.entries(state.ranges).map(([name, { min, max }]) => [name, `${min ?? ''}..${max ?? ''}`])
  return {
    ...(state.seeds.length ? { seeds: state.seeds.join(',') } : {}),
    ...(state.away.length ? { away: state.away.join(',') } : {}),
    ...(state.name ? { name: state.name } : {}),
    ...(state.mode === EMPTY.mode ? {} : { mode: state.mode }),
    ...state.dials,
    ...(state.perArtist ? { per_artist: state.perArtist } : {}),
    ...Object.fromEntries(ranges),
    ...(state.heard ? { heard: state.heard } : {}),
    ...(state.set > 1 ? { set: state.set } : {}),
  }
}

function idsOf(given: unknown, besides: readonly string[] = []): string[] {
  const named = typeof given === 'string' ? given.split(',') : []
  const ids = named.filter((id) => TRACK_ID.test(id) && !besides.includes(id))
  return [...new Set(ids)].slice(0, MOST_SEEDS)
}

/** The router reads "1999" as a number: names may be such. */
function nameOf(given: unknown): string | null {
  if (!['string', 'number', 'boolean'].includes(typeof given)) return null
  return String(given).trim().slice(0, NAME_LENGTH) || null
}

function whole(given: unknown, least: number, most: number): number | undefined {
  const value = typeof given === 'string' ? Number(given) : given
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined
}

function rangeIn({ min, max }: RangeWords, given: unknown): Range | undefined {
  const found = /^(\d+(?:\.\d+)?)?\.\.(\d+(?:\.\d+)?)?$/.exec(typeof given === 'string' ? given : '')
  if (!found) return undefined
  const [from, to] = [bound(found[1], min, max), bound(found[2], min, max)]
  if ((from ?? min) > (to ?? max) || (from === undefined && to === undefined)) return undefined
  return { ...(from === undefined ? {} : { min: from }), ...(to === undefined ? {} : { max: to }) }
}

function bound(text: string | undefined, least: number, most: number): number | undefined {
  const value = Number(text)
  return text && value >= least && value <= most ? value : undefined
}

/** What a function finds for each named thing, by its name. */
function kept<Thing extends { name: string }, Value>(
  things: readonly Thing[],
  find: (thing: Thing) => Value | undefined,
) {
  const found = things.map((thing) => [thing.name, find(thing)] as const).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found) as Partial<Record<Thing['name'], Value>>
}

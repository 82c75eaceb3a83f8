/** A list as a request of the public API. */
import type { RecommendationRequest, Schemas } from '@/api/types'
import { type DialName, isNamed, type ListState } from './state'

type Dials = Schemas['Dials']

const dialsOf = ({ dials, perArtist }: ListState): Dials => ({
  ...Object.fromEntries(Object.entries(dials).map(([name, percent]) => [name, percent / 100])),
  ...(perArtist ? { per_artist: perArtist } : {}),
})

const YEAR_DAYS = 365

/** The options of what is known. What was not heard for a year is known: it has to be let in. */
const heardOf = ({ heard }: ListState): TasteQuery =>
  heard === 'never'
    ? { only_new: true }
    : heard === 'year'
      ? { exclude_known: false, not_played_for_days: YEAR_DAYS }
      : {}

/** POST /v1/recommendations: seeds, a name, or both. Fields at their defaults are left out. */
export function bodyOf(state: ListState, limit: number, unwanted: readonly string[] = []): RecommendationRequest {
  const dials = dialsOf(state)
  const avoid = [...new Set([...state.away, ...unwanted])]
  const body = {
    ...(state.seeds.length ? { seeds: state.seeds.map((track) => ({ track })) } : {}),
    ...(state.name ? { name: state.name } : {}),
    ...(avoid.length ? { avoid: avoid.map((track) => ({ track })) } : {}),
    limit,
    ...(state.mode === 'balanced' ? {} : { mode: state.mode }),
    ...(Object.keys(dials).length ? { dials } : {}),
    ...(Object.keys(state.ranges).length ? { filters: state.ranges } : {}),
    ...heardOf(state),
    ...(state.set > 1 ? { set: state.set } : {}),
  }
  return body as RecommendationRequest
}

export type TasteQuery = Record<string, string | number | boolean>

/** GET /v1/me/recommendations: the same dials and ranges as parameters. */
export function tasteQuery(state: ListState, limit: number): TasteQuery {
  const ranges = Object.entries(state.ranges).flatMap(([name, { min, max }]) => [
    ...(min === undefined ? [] : [[`min_${name}`, min] as const]),
    ...(max === undefined ? [] : [[`max_${name}`, max] as const]),
  ])
  return {
    limit,
    ...(state.mode === 'balanced' ? {} : { mode: state.mode }),
    ...(dialsOf(state) as Record<DialName, number>),
    ...Object.fromEntries(ranges),
    ...heardOf(state),
    ...(state.set > 1 ? { set: state.set } : {}),
  }
}

/** The list as a command for a shell. A person's own list needs a key, which is not written out. */
export function curlOf(state: ListState, limit: number, origin: string): string {
  if (isNamed(state)) {
    const json = JSON.stringify(bodyOf(state, limit)).replaceAll("'", "'\\''")
    return `curl ${origin}/v1/recommendations \\\n  -H 'content-type: application/json' \\\n  -d '${json}'`
  }
  const query = new URLSearchParams(
    Object.entries(tasteQuery(state, limit)).map(([key, value]) => [key, String(value)]),
  )
  return `curl '${origin}/v1/me/recommendations?${query}' \\\n  -H "x-api-key: $SEGUE_API_KEY"`
}

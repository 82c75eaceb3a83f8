import type { Schemas } from '@/api/types'

type Release = Schemas['ReleaseSummary']

export interface Metric {
  name: string
  value: number
  interval?: readonly [number, number]
}

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** The metrics of a release that a person can compare, from the open record that the pipeline writes; none is made up. */
export function metricsOf({ metrics = {} }: Pick<Release, 'metrics'>): Metric[] {
  const interval = metrics.interval_95
  const found: (Metric | null)[] = [
    row('All seeds', metrics.average_ndcg_100, Array.isArray(interval) ? (interval as [number, number]) : undefined),
    row('With the name of the list', metrics.with_names_average_ndcg_100),
    ...bySeeds(metrics.by_seeds),
    row('Popular songs, for comparison', metrics.popularity_average_ndcg_100),
  ]
  return found.filter((metric) => metric !== null)
}

function row(name: string, value: unknown, interval?: readonly [number, number]): Metric | null {
  const known = number(value)
  return known === undefined ? null : { name, value: known, interval }
}

function bySeeds(given: unknown): (Metric | null)[] {
  if (typeof given !== 'object' || given === null) return []
  return Object.entries(given as Record<string, Record<string, unknown>>).map(([seeds, values]) =>
    row(seeds === '1' ? 'One song' : `${seeds} songs`, values['ndcg@100']),
  )
}

/** Where the axis of the metrics ends: the next tenth above everything drawn. */
export const axisEnd = (metrics: readonly Metric[]): number =>
  Math.ceil(Math.max(0.1, ...metrics.flatMap(({ value, interval }) => [value, ...(interval ?? [])])) * 10) / 10

/** Whether a release differs from the one serving beyond its interval. */
export function difference(release: Pick<Release, 'metrics'>, serving: Pick<Release, 'metrics'>): string {
  const [mine, theirs] = [number(release.metrics?.average_ndcg_100), number(serving.metrics?.average_ndcg_100)]
  if (mine === undefined || theirs === undefined) return 'not measured'
  const by = Math.abs(mine - theirs).toFixed(3)
  if (by === '0.000') return 'the same'
  const interval = serving.metrics?.interval_95
  const within = Array.isArray(interval) && mine >= Number(interval[0]) && mine <= Number(interval[1])
  return `${mine > theirs ? 'better' : 'worse'} by ${by}${within ? ', within the interval' : ''}`
}

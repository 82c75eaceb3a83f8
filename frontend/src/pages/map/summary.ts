/** A choice of songs in words. */
import type { CatalogueMap } from './useMap'

/** How many songs are inside, how many of them are liked, and the cluster that most of them belong to. */
export function summary(
  { points, clusters }: Pick<CatalogueMap, 'points' | 'clusters'>,
  rows: readonly number[],
  liked: readonly number[],
): { title: string; text: string } {
  const title = `${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'song' : 'songs'} inside`
  if (!rows.length) return { title: 'No songs inside', text: 'Draw a line around some of the points.' }
  const likes = new Set(liked)
  const count = rows.filter((row) => likes.has(row)).length
  const most = mostOf(rows.map((row) => points.cluster[row] as number))
  const label = clusters.find(({ cluster }) => cluster === most.cluster)?.label
  const share = most.count === rows.length ? 'All' : most.count * 2 > rows.length ? 'Mostly' : 'Most often'
  const parts = [count ? `${count.toLocaleString('en')} you like.` : '', label ? `${share} ${label}.` : '']
  return { title, text: parts.filter(Boolean).join(' ') }
}

function mostOf(clusters: readonly number[]): { cluster: number; count: number } {
  const counts = new Map<number, number>()
  for (const cluster of clusters) counts.set(cluster, (counts.get(cluster) ?? 0) + 1)
  const [cluster, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [-1, 0]
  return { cluster, count }
}

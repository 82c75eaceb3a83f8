/** What goes on after a playlist: which suggestions are shown, and which of its songs they hang from. */
import type { Recommended, Track } from '@/api/types'

const SHOWN = 6
const SEEDS = 3

/** The first suggestions that are neither in the playlist nor left out. */
export const remainder = (
  suggested: readonly Recommended[],
  taken: ReadonlySet<string>,
  left: ReadonlySet<string>,
): Recommended[] => suggested.filter(({ track }) => !taken.has(track.id) && !left.has(track.id)).slice(0, SHOWN)

/** The songs of the playlist that brought most of the suggestions by their shares, in the playlist's order. */
export function strongest(tracks: readonly Track[], suggested: readonly Recommended[]): Track[] {
  const brought = new Map<string, number>()
  for (const { reason } of suggested)
    for (const { track, share } of reason.seeds ?? []) if (track) brought.set(track, (brought.get(track) ?? 0) + share)
  const named = tracks.filter(({ id }, i) => brought.has(id) && tracks.findIndex((other) => other.id === id) === i)
  const best = [...named].sort((a, b) => (brought.get(b.id) ?? 0) - (brought.get(a.id) ?? 0)).slice(0, SEEDS)
  return named.filter((track) => best.includes(track))
}

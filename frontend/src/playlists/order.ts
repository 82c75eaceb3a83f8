/** The order of a playlist: where a song goes by key or by hand, and the words of it. */

/** The things with the one at `from` standing at `to`. */
export function moved<Thing>(things: readonly Thing[], from: number, to: number): Thing[] {
  const others = things.filter((_, i) => i !== from)
  return [...others.slice(0, to), things[from] as Thing, ...others.slice(to)]
}

/** Where a lifted song goes by a key; null for keys that do not move it. */
export function target(key: string, at: number, count: number): number | null {
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: count - 1 }[key]
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to))
}

/** The row whose middle a pointer at `y` has not passed yet, counted without the dragged one. */
export function rowAt(y: number, middles: readonly number[]): number {
  const below = middles.findIndex((middle) => y < middle)
  return below < 0 ? middles.length : below
}

export const lifted = (title: string, at: number, count: number): string =>
  `${title} lifted, ${at + 1} of ${count}. Arrow keys move it, Space puts it down, Escape puts it back.`
export const nowAt = (title: string, at: number, count: number): string => `${title}, ${at + 1} of ${count}.`

/** A name of each row that stays with it when it moves: a track may stand in a playlist twice. */
export function rowKeys(ids: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return ids.map((id) => {
    const nth = (seen.get(id) ?? 0) + 1
    seen.set(id, nth)
    return nth === 1 ? id : `${id}-${nth}`
  })
}

/** "1 h 38 min", "4 min"; null where no length is known. */
export function lengthWords(durations: readonly (number | null | undefined)[]): string | null {
  const ms = durations.reduce<number>((sum, duration) => sum + (duration ?? 0), 0)
  if (!ms) return null
  const minutes = Math.max(1, Math.round(ms / 60_000))
  const hours = Math.floor(minutes / 60)
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

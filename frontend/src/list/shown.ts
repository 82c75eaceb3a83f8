/** Which rows a list shows after its answer or the person's opinions changed. */

export interface Shown {
  /** Ids in the order shown. */
  ids: readonly string[]
  /** Everything shown so far: what comes back after Undo is not new. */
  seen: ReadonlySet<string>
  /** Rows that came with the last change. */
  fresh: ReadonlySet<string>
}

/** The answer's order with songs liked here kept where they stood: a like takes a song out of the server's next answer,
 * but a song that goes the moment it is liked looks like a mistake. */
export function withKept(
  before: readonly string[],
  answer: readonly string[],
  kept: ReadonlySet<string>,
  size: number,
) {
  const ids = answer.filter((id) => !kept.has(id) || !before.includes(id))
  before.forEach((id, at) => {
    if (kept.has(id)) ids.splice(at, 0, id)
  })
  return ids.slice(0, size)
}

/** The next state of a list's rows. The first answer of a list marks nothing as new. */
export function nextShown(before: Shown | null, ids: readonly string[]): Shown {
  if (!before) return { ids, seen: new Set(ids), fresh: new Set() }
  if (sameIds(before.ids, ids)) return before
  const fresh = ids.filter((id) => !before.seen.has(id))
  const kept = [...before.fresh].filter((id) => ids.includes(id))
  return { ids, seen: new Set([...before.seen, ...ids]), fresh: new Set(fresh.length ? fresh : kept) }
}

const sameIds = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((id, i) => id === b[i])

/** Where focus goes when a row leaves: the row that takes its place, else the last. */
export function successor(before: readonly string[], after: readonly string[], gone: string): string | null {
  const later = before.slice(before.indexOf(gone) + 1).find((id) => after.includes(id))
  return later ?? after.at(-1) ?? null
}

/** The lines of a list: one for each thing named, in its own tint. */
import type { CSSProperties } from 'react'
import type { Reason, Recommendations, Recommended, Track } from '@/api/types'
import { coverTrack } from '@/covers/Cover'
import { tints } from '@/covers/tint'
import { MOST_TRUNKS } from '@/lines/paths'
import { branchThickness, fanThickness } from '@/lines/thickness'

export interface SeedLine {
  id: string | null
  name: string | null
  tint: CSSProperties
}

/** A mood has no cover to take a tint from. */
const MOOD_TINT = { '--tint-light': 'var(--edge)', '--tint-dark': 'var(--edge)' } as CSSProperties

/** None where there are too many to tell apart. */
export function seedLines(seeds: readonly Track[], name: string | null): SeedLine[] {
  const colours = tints(seeds.map(coverTrack))
  const lines = seeds.map((seed, i): SeedLine => ({ id: seed.id, name: null, tint: colours[i] as CSSProperties }))
  if (name) lines.push({ id: null, name, tint: MOOD_TINT })
  return lines.length > MOST_TRUNKS ? [] : lines
}

/** The lines of an answer: none where no song came from what was named, and none for a mood that is not known. Before
 * there is an answer, what was named has its lines. */
export function linesOf(
  seeds: readonly Track[],
  name: string | null,
  answer: Pick<Recommendations, 'tracks' | 'name'> | undefined,
): SeedLine[] {
  if (answer?.tracks.every(({ reason }) => reason.space === 'popular')) return []
  return seedLines(seeds, answer?.name && !answer.name.known ? null : name)
}

/** How thick each row's branches are: by shares, and by score where there is one line, whose share is always all. */
export function branchWidths(lines: readonly SeedLine[], items: readonly Recommended[]): number[][] {
  if (lines.length === 1) return fanThickness(items.map(({ score }) => score)).map((width) => [width])
  return items.map(({ reason }) => sharesOf(lines, reason).map(branchThickness))
}

/** What each line brought of a song, in the order of the lines. */
const sharesOf = (lines: readonly SeedLine[], reason: Reason): number[] =>
  lines.map(({ id, name }) => {
    const found = reason.seeds?.find((seed) => (id ? seed.track === id : seed.name === name))
    return found?.share ?? 0
  })

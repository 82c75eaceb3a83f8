import type { Schemas } from '@/api/types'
import { MODES } from '@/list/state'
import { counted } from '@/words/dates'
import { capital } from '@/words/numbers'

export type ShownSet = Schemas['RecommendedList']

/** "Today, 21:14", "Yesterday, 19:40", "22 November, 23:10", by the clock of the device. */
export function whenOf(at: string, now = new Date()): string {
  const date = new Date(at)
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000)
  const day =
    days === 0
      ? 'Today'
      : days === 1
        ? 'Yesterday'
        : date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })
  return `${day}, ${time}`
}

const midnight = (date: Date) => new Date(date).setHours(0, 0, 0, 0)

const SOURCES: Readonly<Record<string, string>> = {
  seeds: 'From songs you named',
  similar: 'What follows one song',
  playlist: 'To go on with a playlist',
  taste: 'From what you like',
  home: 'On your home page',
}

/** Where the set was shown, in words; null for a source that the app has no words for. */
export const sourceOf = (source: string): string | null =>
  Object.hasOwn(SOURCES, source) ? (SOURCES[source] as string) : null

const SEEDS = 5

/** What a set started from, as the seeds of another one; its own first songs where that is not known. */
export const seedsOf = (set: ShownSet): string =>
  (set.seeds?.length ? set.seeds : set.tracks)
    .slice(0, SEEDS)
    .map(({ id }) => id)
    .join(',')

const NAMED = 3

/** The seeds that are shown: the first three, and how many more there are. */
export function seedsShown(set: ShownSet): { seeds: NonNullable<ShownSet['seeds']>; more: number } {
  const seeds = set.seeds ?? []
  return { seeds: seeds.slice(0, NAMED), more: Math.max(0, seeds.length - NAMED) }
}

/** "Deep cuts", "only new to you": how a set was tuned, as far as the app has words for it. */
export function tunedWords({ request }: Pick<ShownSet, 'request'>): string | null {
  const { mode, only_new, not_played_for_days } = (request ?? {}) as Record<string, unknown>
  const words = [
    MODES.find(({ value }) => value === mode)?.name,
    only_new === true ? 'only new to you' : undefined,
    typeof not_played_for_days === 'number' ? `not heard for ${daysWords(not_played_for_days)}` : undefined,
  ].filter((word) => word !== undefined)
  return words.length ? capital(words.join(' · ')) : null
}

const daysWords = (days: number) => (days === 365 ? 'a year' : counted(days, 'day'))

/** "12 songs, 3 liked". */
export function countsOf(tracks: number, liked: number): string {
  const said = `${tracks} ${tracks === 1 ? 'song' : 'songs'}`
  return liked ? `${said}, ${liked} liked` : said
}

/** Without sets that only repeat the one above: going back to a page is not a new set. */
export function withoutRepeats(sets: readonly ShownSet[]): ShownSet[] {
  const same = (a: ShownSet, b: ShownSet | undefined) =>
    b !== undefined &&
    a.source === b.source &&
    a.tracks.map(({ id }) => id).join() === b.tracks.map(({ id }) => id).join()
  return sets.filter((set, i) => !same(set, sets[i - 1]))
}

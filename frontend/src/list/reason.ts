/** The words of a reason: which seed it names, and what it says of it. */
import type { Reason } from '@/api/types'
import { capital } from '@/words/numbers'

export interface ReasonLine {
  /** The seed that brought most, where the sentence starts with it. */
  lead: string | null
  /** What stands before the seed's name: "Because you liked". */
  before: string
  words: string
}

const MOOD: readonly [RegExp, string][] = [[/\bvalence\b/g, 'mood']]
const BECAUSE = /^Because you [a-z ]+? (?=\S)/

/** The API's sentence in parts; of "Popular here: like some songs ..." only the first, the note above the list says the
 * rest once. The name is cut off by the title that the reason gives, never by looking for a colon:
 * titles have colons too. */
export function reasonLine(reason: Reason): ReasonLine {
  if (reason.space === 'popular' && !reason.seeds?.length)
    return { lead: null, before: '', words: reason.text.split(': ')[0] as string }
  const first = reason.seeds?.[0]
  const title = first?.title ?? first?.name ?? null
  const text = MOOD.reduce((said, [pattern, word]) => said.replace(pattern, word), reason.text)
  const at = title ? reason.text.indexOf(title) : -1
  const after = at >= 0 ? reason.text.slice(at + (title as string).length) : ''
  if (at < 0 || !after.startsWith(': ')) return { lead: null, before: '', words: text }
  const words = MOOD.reduce((said, [pattern, word]) => said.replace(pattern, word), after.slice(2))
  return { lead: title, before: BECAUSE.test(reason.text) ? reason.text.slice(0, at).trim() : '', words: spoken(words) }
}

/** A colon within the words would read as a second name. */
const spoken = (words: string): string => words.replace('no listening data: placed', 'no listening data, placed')

/** The line of a list with one seed: the drawn line says the seed, the words begin the sentence. */
export const alone = (line: ReasonLine): string => capital(line.words)

/** Placed without listening data. */
export const isPlaced = (reason: Reason): boolean =>
  reason.space === 'audio' || reason.text.includes('no listening data')

const count = (playlists: number) => `${playlists} ${playlists === 1 ? 'playlist' : 'playlists'}`

export interface Evidence {
  together: string | null
  words: string[]
}

/** The evidence of Why in words. */
export function evidenceOf(reason: Reason): Evidence {
  const near = (reason.near_in ?? []).map((name) => (name === 'valence' ? 'mood' : name))
  const words = near.length ? [`Close in ${listed(near)}.`] : []
  if (isPlaced(reason)) words.unshift(`No listening data, placed by ${placedBy(reason)}.`)
  if (reason.space === 'history') words.unshift('From what you liked and played yourself.')
  if (reason.space === 'popular') words.unshift('Popular here. No seed brought it.')
  return { together: reason.together_in ? count(reason.together_in) : null, words }
}

const placedBy = (reason: Reason) => (reason.text.includes('placed by its artist') ? 'its artist' : 'its sound')

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

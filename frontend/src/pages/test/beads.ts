/** The line of beads: what was answered, the song that is shown, and what may still come. */
import type { Answer } from './testSession'

export type Bead = 'like' | 'neutral' | 'dislike' | 'known' | 'now' | 'next' | 'may'

/** The test ends early after so many answers, of which so many are likes: as preference.py of the catalog has it. */
const LEAST_ANSWERS = 8
const ENOUGH_LIKES = 6

interface Given {
  answers: readonly Answer[]
  /** Answers that the server has from an earlier session. */
  before: number
  likesBefore: number
  at: number
  most: number
}

/** `known` is an answer of an earlier session. A bead ahead is `next` where the song will surely come. */
export function beads({ answers, before, likesBefore, at, most }: Given): Bead[] {
  const done = answers.map((value): Bead => (value === 1 ? 'like' : value === 0 ? 'neutral' : 'dislike'))
  const line: Bead[] = [...Array<Bead>(before).fill('known'), ...done]
  const likes = likesBefore + answers.filter((value) => value === 1).length
  const now = before + at
  const surely = Math.max(LEAST_ANSWERS, line.length + Math.max(0, ENOUGH_LIKES - likes))
  while (line.length < most) line.push(line.length < Math.min(surely, most) ? 'next' : 'may')
  if (now < most) line[now] = 'now'
  return line.slice(0, Math.max(most, before + answers.length))
}

/** The line once the test is over. */
export const finished = (answers: readonly Answer[], before: number): Bead[] => [
  ...Array<Bead>(before).fill('known'),
  ...answers.map((value): Bead => (value === 1 ? 'like' : value === 0 ? 'neutral' : 'dislike')),
]

const WORDS: Readonly<Record<Bead, string>> = {
  like: 'liked',
  neutral: 'neutral',
  dislike: 'disliked',
  known: 'answered before',
  now: 'this one',
  next: 'to come',
  may: 'may come',
}
export const beadSays = (bead: Bead, nth: number): string => `Song ${nth}: ${WORDS[bead]}`

/** One session of the interest test: what was answered here, in order, and what of it the server does not have yet. */
import type { Track } from '@/api/types'
import { readJson, writeJson } from '@/storage/device'

export type Answer = 1 | 0 | -1
export interface Answered {
  track: Track
  value: Answer
  /** Not yet on the server: it did not answer, or nobody was signed in any more. */
  pending?: boolean
}

export interface TestSession {
  answered: readonly Answered[]
  /** Which song is shown: the number of answers, or less after going back. */
  at: number
  /** Genres that the songs are taken from; none = all. */
  genres: readonly string[]
}

export const EMPTY: TestSession = { answered: [], at: 0, genres: [] }

/** The answer to the song that is shown: a new one, or in place of an earlier one; then the newest unanswered song. */
export function answer(testSession: TestSession, track: Track, value: Answer): TestSession {
  const known = testSession.answered.findIndex((one) => one.track.id === track.id)
  const said: Answered = { track, value, pending: true }
  const answered =
    known < 0 ? [...testSession.answered, said] : testSession.answered.map((one, i) => (i === known ? said : one))
  return { ...testSession, answered, at: answered.length }
}

export const back = (testSession: TestSession): TestSession => ({ ...testSession, at: Math.max(0, testSession.at - 1) })

/** The server has these answers. */
export function sent(testSession: TestSession, ids: ReadonlySet<string>): TestSession {
  const answered = testSession.answered.map(({ track, value, pending }) =>
    pending && !ids.has(track.id) ? { track, value, pending } : { track, value },
  )
  return { ...testSession, answered }
}

export const pendingOf = (testSession: TestSession): Answered[] => testSession.answered.filter(({ pending }) => pending)

/** The song that is shown: an earlier one after going back, else the first offered that is not answered. */
export function shown(testSession: TestSession, offered: readonly Track[]): Track | null {
  const earlier = testSession.answered[testSession.at]
  if (earlier) return earlier.track
  const done = new Set(testSession.answered.map(({ track }) => track.id))
  return offered.find(({ id }) => !done.has(id)) ?? null
}

export const likedOf = (testSession: TestSession): Track[] =>
  testSession.answered.filter(({ value }) => value === 1).map(({ track }) => track)

const STORED = 'segue.interest-test'

/** Kept on this device, for the person who sat last, so that a reload loses nothing. */
export function keep(person: string, testSession: TestSession): void {
  writeJson(STORED, { person, testSession })
}

export function kept(person: string): TestSession {
  const found = readJson(STORED) as { person: string; testSession: TestSession } | null
  return found?.person === person ? { ...EMPTY, ...found.testSession } : EMPTY
}

/** Sentences on what an answer lacks for now, by the code that came with it. */
export interface Note {
  kind: 'warn' | 'off'
  title: string
  text: string
  /** A text that the search may know. */
  search?: string
}

const DEGRADED: Readonly<Record<string, Note>> = {
  index_unavailable: {
    kind: 'warn',
    title: 'Popular picks for now.',
    text: 'The recommender is restarting. Your own list returns by itself.',
  },
  taste_unavailable: {
    kind: 'warn',
    title: 'Popular picks for now.',
    text: 'What you like cannot be read at the moment. Your own list returns by itself.',
  },
  taste_stale: {
    kind: 'warn',
    title: 'From your taste as it was.',
    text: 'The newest likes are not in this list yet. They follow by themselves.',
  },
  shown_unavailable: {
    kind: 'warn',
    title: 'Songs may repeat.',
    text: 'What was shown before cannot be read at the moment.',
  },
  texts_unfinished: {
    kind: 'warn',
    title: 'Not everything was looked up.',
    text: 'Some of the words were not searched in time.',
  },
  catalog_unavailable: {
    kind: 'warn',
    title: 'Likes may be missing.',
    text: 'The catalogue is restarting. They return by themselves.',
  },
  weekly_old: {
    kind: 'warn',
    title: 'These are the last lists.',
    text: 'The new ones cannot be made at the moment. They follow by themselves.',
  },
  sequence_unavailable: {
    kind: 'off',
    title: 'The order does not count.',
    text: 'This release knows no order of songs.',
  },
}

const unfinished = (code: string): Note => ({
  kind: 'warn',
  title: 'This list is not whole.',
  text: `The server says: ${code}.`,
})

export const degradedNote = (code: string): Note => DEGRADED[code] ?? unfinished(code)

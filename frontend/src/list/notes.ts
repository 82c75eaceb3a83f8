/** Sentences on what an answer lacks. */
import type { Recommendations } from '@/api/types'

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

export function notesOf(answer: Pick<Recommendations, 'degraded' | 'name' | 'unknown' | 'tracks'>): Note[] {
  const notes = answer.degraded ? [degradedNote(answer.degraded)] : []
  const popular = answer.tracks.length > 0 && answer.tracks.every(({ reason }) => reason.space === 'popular')
  if (answer.name && !answer.name.known) notes.push(unknownName(answer.name.text, popular))
  else if (popular && !answer.degraded) notes.push(POPULAR)
  if (answer.unknown?.length) notes.push(unknownSongs(answer.unknown.length))
  return notes
}

const POPULAR: Note = {
  kind: 'off',
  title: 'Popular here.',
  text: 'Like a few songs and this list becomes your own.',
}

const unknownName = (name: string, popular: boolean): Note => ({
  kind: 'off',
  title: `No list here is called “${name}”.`,
  text: popular ? 'These songs are popular instead.' : 'The songs you named lead this list alone.',
  search: name,
})

const unknownSongs = (count: number): Note => ({
  kind: 'off',
  title: count === 1 ? 'One song is not in this catalogue.' : `${count} songs are not in this catalogue.`,
  text: 'The others lead this list.',
})

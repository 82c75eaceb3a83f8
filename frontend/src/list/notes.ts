/** Sentences on what a list lacks, or on which part of a request is not known. */
import type { Recommendations } from '@/api/types'
import { degradedNote, type Note } from '@/components/states/degraded'

export function notesOf(answer: Pick<Recommendations, 'degraded' | 'name' | 'unknown' | 'tracks'>): Note[] {
  const notes = answer.degraded ? [degradedNote(answer.degraded)] : []
  const popular = answer.tracks.length > 0 && answer.tracks.every(({ reason }) => reason.space === 'popular')
  if (answer.name && !answer.name.known) notes.push(unknownName(answer.name.text, popular))
  else if (popular && !answer.degraded) notes.push(POPULAR)
  if (answer.unknown?.length) notes.push(unknownTracks(answer.unknown.length))
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

const unknownTracks = (count: number): Note => ({
  kind: 'off',
  title: count === 1 ? 'One song is not in this catalogue.' : `${count} songs are not in this catalogue.`,
  text: 'The others lead this list.',
})

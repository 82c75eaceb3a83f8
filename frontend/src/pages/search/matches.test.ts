import { expect, test } from 'vitest'
import type { Track } from '@/api/types'
import { artistsOf, piecesOf, readingOf, wordsOf } from './matches'

const names = ['Violet Polaroid', 'Moth Club', 'Violet Cipher', 'Beyoncé']

test('words lose accents and case', () => {
  expect(wordsOf('  Beyoncé, L’Été 22')).toEqual(['beyonce', 'l', 'ete', '22'])
})

test('a word that a name begins with is taken as it is', () => {
  expect(readingOf('viol', names)).toEqual({ words: ['viol'], corrected: false })
  expect(readingOf('BEYONCE', names)).toEqual({ words: ['beyonce'], corrected: false })
})

test('a slip of the pen is taken for the nearest word found', () => {
  expect(readingOf('violt', names)).toEqual({ words: ['violet'], corrected: true })
  expect(readingOf('vioelt mth', names)).toEqual({ words: ['violet', 'moth'], corrected: true })
})

test('a word that is near nothing stays', () => {
  expect(readingOf('xqzzt', names)).toEqual({ words: ['xqzzt'], corrected: false })
})

test('the matching words of a name are marked, the rest is kept as written', () => {
  expect(piecesOf('The Violet Hour', ['violet'])).toEqual([
    { text: 'The ', match: false, at: 0 },
    { text: 'Violet', match: true, at: 4 },
    { text: ' Hour', match: false, at: 10 },
  ])
  expect(piecesOf('Beyoncé', ['beyonce'])).toEqual([{ text: 'Beyoncé', match: true, at: 0 }])
})

test('artists come once, and only those whose own name fits', () => {
  const track = (id: string, ...artists: string[]) =>
    ({ id, title: id, artists: artists.map((name) => ({ id: name, name })) }) as unknown as Track
  const tracks = [track('a', 'Violet Ferry'), track('b', 'Moth Club', 'Violet Ferry'), track('c', 'Violet Daydream')]
  expect(artistsOf(tracks, ['violet']).map(({ artist, track }) => [artist.name, track.id])).toEqual([
    ['Violet Ferry', 'a'],
    ['Violet Daydream', 'c'],
  ])
  expect(artistsOf(tracks, [])).toEqual([])
})

import { expect, test } from 'vitest'
import type { Track } from '@/api/types'
import { rangesOf } from './ranges'
import { coversOf, genreOf, recordsOf, yearsOf } from './records'

const track = (id: string, album: string | null, year: number | null, genres: string[] = [], energy = 0.5): Track =>
  ({ id, title: id, artists: [], album, year, genres, features: { energy } }) as unknown as Track
const TRACKS = [
  track('a', 'Nine Steps', 2013, ['jazz', 'jazz fusion']),
  track('b', 'Nine Steps', 2012, ['jazz', 'jazz fusion']),
  track('c', 'The Lullaby', 2016, ['jazz']),
  track('d', null, null),
]

test('records come newest first, each with its earliest year and its best known song', () => {
  expect(recordsOf(TRACKS).map(({ name, year, track }) => [name, year, track.id])).toEqual([
    ['The Lullaby', 2016, 'c'],
    ['Nine Steps', 2012, 'a'],
  ])
})

test('three covers of different records, else of other songs', () => {
  expect(coversOf(TRACKS).map(({ id }) => id)).toEqual(['a', 'c', 'd'])
  expect(coversOf(TRACKS.slice(0, 2)).map(({ id }) => id)).toEqual(['a', 'b'])
})

test('years and the genre in words', () => {
  expect(yearsOf(TRACKS)).toBe('2012 to 2016')
  expect(yearsOf(TRACKS.slice(0, 1))).toBe('2013')
  expect(yearsOf([track('d', null, null)])).toBeNull()
  expect(genreOf(TRACKS)).toBe('jazz fusion')
  expect(genreOf([])).toBeNull()
})

test('ranges hold eight songs in ten and need five songs', () => {
  const tracks = Array.from({ length: 11 }, (_, i) => track(String(i), null, null, [], i / 10))
  const energy = { name: 'energy', low: 0, high: 1, tracks: 1, shares: [], percentiles: Array(101).fill(0.63) }
  expect(rangesOf(tracks, [energy])).toEqual([{ word: 'Energy', from: 10, to: 90, middle: 50, catalogue: 63 }])
  expect(rangesOf(tracks.slice(0, 4), [])).toEqual([])
})

import { expect, test } from 'vitest'
import { countsOf, type ShownSet, seedsOf, seedsShown, sourceOf, tunedWords, whenOf, withoutRepeats } from './sets'

const NOW = new Date(2026, 10, 28, 12)
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString()

test('times read as people say them', () => {
  expect(whenOf(at(2026, 10, 28, 8, 2), NOW)).toBe('Today, 08:02')
  expect(whenOf(at(2026, 10, 27, 23, 40), NOW)).toBe('Yesterday, 23:40')
  expect(whenOf(at(2026, 10, 22, 23, 10), NOW)).toBe('22 November, 23:10')
})

test('sources have words, unknown ones none', () => {
  expect(sourceOf('seeds')).toBe('From songs you named')
  expect(sourceOf('toString')).toBeNull()
})

test('a set starts another one from its first songs', () => {
  const tracks = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id }))
  expect(seedsOf({ tracks } as unknown as ShownSet)).toBe('a,b,c,d,e')
})

test('a set whose seeds are known starts another one from them', () => {
  const set = { tracks: [{ id: 'x' }], seeds: ['a', 'b', 'c', 'd'].map((id) => ({ id })) } as unknown as ShownSet
  expect(seedsOf(set)).toBe('a,b,c,d')
  expect(seedsShown(set).seeds.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(seedsShown(set).more).toBe(1)
})

test('how a set was tuned reads in words', () => {
  expect(tunedWords({ request: { mode: 'deep_cuts', only_new: true } })).toBe('Deep cuts · only new to you')
  expect(tunedWords({ request: { not_played_for_days: 365, limit: 12 } })).toBe('Not heard for a year')
  expect(tunedWords({ request: {} })).toBeNull()
})

test('counts in words', () => {
  expect(countsOf(12, 3)).toBe('12 songs, 3 liked')
  expect(countsOf(1, 0)).toBe('1 song')
})

test('a set that only repeats the one above is left out', () => {
  const set = (id: string, source: string, ...tracks: string[]) =>
    ({ id, source, tracks: tracks.map((track) => ({ id: track })) }) as unknown as ShownSet
  const sets = [
    set('1', 'similar', 'a', 'b'),
    set('2', 'similar', 'a', 'b'),
    set('3', 'seeds', 'a', 'b'),
    set('4', 'similar', 'a', 'b'),
  ]
  expect(withoutRepeats(sets).map(({ id }) => id)).toEqual(['1', '3', '4'])
})

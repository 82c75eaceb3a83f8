import { expect, test } from 'vitest'
import type { Track } from '@/api/types'
import { hillOf } from './hill'
import { type Distribution, keyOf, popularityOf, rankOf, stripsOf } from './sound'

const even = Array.from({ length: 101 }, (_, i) => i / 100)
const distribution = (name: string, percentiles = even, low = 0, high = 1): Distribution => ({
  name,
  low,
  high,
  tracks: 100,
  shares: Array.from({ length: 40 }, () => 1 / 40),
  percentiles,
})
const track = (features: object) => ({ id: 'a', title: 'a', artists: [], features }) as unknown as Track

test('the rank of a value is the share below it, ties half', () => {
  expect(rankOf(0.25, { percentiles: even })).toBeCloseTo(0.25, 1)
  const mostlyZero = Array.from({ length: 101 }, (_, i) => (i < 80 ? 0 : i / 100))
  expect(rankOf(0, { percentiles: mostlyZero })).toBeCloseTo(0.4, 1)
  expect(rankOf(2, { percentiles: even })).toBe(1)
})

test('strips say where a song stands, in words', () => {
  const tempo = Array.from({ length: 101 }, (_, i) => 60 + i)
  const strips = stripsOf(track({ energy: 0.25, valence: 0.52, tempo: 146.4, instrumentalness: 0.02 }), [
    distribution('energy'),
    distribution('valence'),
    distribution('instrumentalness'),
    distribution('tempo', tempo, 40, 220),
  ])
  expect(strips.map(({ word, says }) => `${word}: ${says}`)).toEqual([
    'Energy: lower than 75%',
    'Mood: near the middle',
    'Instrumental: sung',
    'Tempo: 146 BPM, higher than 86%',
  ])
  expect(strips[0]?.at).toBe(0.25)
})

test('no strip for what is not known of the song or the catalogue', () => {
  expect(stripsOf(track({ energy: null }), [distribution('energy')])).toEqual([])
  expect(stripsOf(track({ energy: 0.4 }), [])).toEqual([])
})

test('nobody is higher than all of them', () => {
  expect(stripsOf(track({ energy: 1 }), [distribution('energy')])[0]?.says).toBe('higher than 99%')
})

test('keys read as musicians write them', () => {
  expect(keyOf({ key: 9, mode: 0 })).toBe('A minor')
  expect(keyOf({ key: 0, mode: 1 })).toBe('C major')
  expect(keyOf({ key: -1, mode: 1 })).toBeNull()
  expect(keyOf(null)).toBeNull()
})

test('popularity reads as a place from the top', () => {
  expect(popularityOf(94.2)).toBe('top 6%')
  expect(popularityOf(100)).toBe('top 1%')
  expect(popularityOf(12)).toBe('in few playlists')
  expect(popularityOf(null)).toBeNull()
})

test('the hill spans the whole axis and stands on its foot', () => {
  const { line, area } = hillOf([0.1, 0.6, 0.3])
  expect(line.startsWith('M0,')).toBe(true)
  expect(line).toContain('320,')
  expect(area.endsWith('Z')).toBe(true)
})

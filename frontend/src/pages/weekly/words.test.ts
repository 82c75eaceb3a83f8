import { expect, test } from 'vitest'
import { keyOf, leadsOf, rowsOf, type WeeklyList, weekName, weekOf, weekWords } from './words'

const track = (id: string) => ({ id, title: id, artists: [] }) as unknown as WeeklyList['tracks'][number]['track']
const item = (id: string, seed: string | null) => ({
  track: track(id),
  reason: {
    text: id,
    near_in: [],
    space: 'graph' as const,
    seeds: seed ? [{ track: seed, title: `title of ${seed}`, share: 1, features: false }] : [],
  },
})
const list = (...tracks: WeeklyList['tracks']): WeeklyList => ({
  id: '1',
  key: 'discover',
  name: 'Discover',
  about: '',
  tracks,
})

test('an address that names no list shows the first', () => {
  expect(keyOf(undefined)).toBe('discover')
  expect(keyOf('nonsense')).toBe('discover')
  expect(keyOf('deep_cuts')).toBe('deep_cuts')
})

test('the week is named by its Monday', () => {
  const now = Date.parse('2026-11-28T12:00:00')
  expect(weekWords('2026-11-23', now)).toBe('Week of 23 November. New on Mondays.')
  expect(weekWords('2025-12-29', now)).toBe('Week of 29 December 2025. New on Mondays.')
  expect(weekWords(null)).toBe('New on Mondays.')
})

test('what was sent away leaves the rows', () => {
  const rows = rowsOf(list(item('a', null), item('b', null)), ({ id }) => id === 'a')
  expect(rows.map((row) => row.track.id)).toEqual(['b'])
})

test('leads are counted by the first seed, the most frequent first', () => {
  const found = leadsOf(list(item('a', 'x'), item('b', 'y'), item('c', 'y'), item('d', null)))
  expect(found).toEqual([
    { track: 'y', title: 'title of y', tracks: 2 },
    { track: 'x', title: 'title of x', tracks: 1 },
  ])
})

test('only a day names a week', () => {
  expect([undefined, 'monday', '2026-11-16/..', '2026-11-16'].map(weekOf)).toEqual([
    undefined,
    undefined,
    undefined,
    '2026-11-16',
  ])
  expect(weekName('2026-11-16', Date.parse('2026-11-25T09:00:00'))).toBe('Week of 16 November')
})

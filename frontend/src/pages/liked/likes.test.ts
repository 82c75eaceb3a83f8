import { expect, test } from 'vitest'
import { dayOf, filtered, type Like, linesOf, needsAll, ordered, orderOf } from './likes'

const like = (title: string, artist: string, liked_at: string, album: string | null = null): Like =>
  ({ liked_at, track: { id: title, title, album, artists: [{ id: artist, name: artist }] } }) as unknown as Like
const LIKES = [
  like('Pale Fedora', 'Halvard', '2026-11-26T10:00:00Z', 'The Year'),
  like('Ngozi', 'Efua Kamarou', '2026-11-20T10:00:00Z'),
  like('Été', 'Ákos', '2026-10-02T10:00:00Z'),
  like('Song 10', 'Ákos', '2025-10-02T10:00:00Z'),
]
const NOW = new Date('2026-11-28T12:00:00Z')
const titles = (likes: Like[]) => likes.map(({ track }) => track.title)

test('a filter finds title, artist and record in any case and without accents', () => {
  expect(titles(filtered(LIKES, 'akos ete'))).toEqual(['Été'])
  expect(titles(filtered(LIKES, 'YEAR'))).toEqual(['Pale Fedora'])
  expect(filtered(LIKES, '  ')).toHaveLength(4)
  expect(filtered(LIKES, 'nowhere')).toEqual([])
})

test('orders by time, title and artist', () => {
  expect(titles(ordered(LIKES, 'oldest'))[0]).toBe('Song 10')
  expect(titles(ordered(LIKES, 'title'))).toEqual(['Été', 'Ngozi', 'Pale Fedora', 'Song 10'])
  expect(titles(ordered(LIKES, 'artist'))).toEqual(['Été', 'Song 10', 'Ngozi', 'Pale Fedora'])
  expect(orderOf('by heart')).toBe('newest')
})

test('months head the likes, another year is named, and the last month has no count while more may come', () => {
  const heads = (whole: boolean) =>
    linesOf(LIKES, 'newest', whole, NOW).flatMap((line) => (line.kind === 'month' ? [[line.name, line.tracks]] : []))
  expect(heads(true)).toEqual([
    ['November', 2],
    ['October', 1],
    ['October 2025', 1],
  ])
  expect(heads(false).at(-1)).toEqual(['October 2025', 0])
  expect(linesOf(LIKES, 'title', true, NOW).every(({ kind }) => kind === 'like')).toBe(true)
})

test('only the newest can be shown page by page', () => {
  expect(needsAll('', 'newest')).toBe(false)
  expect(needsAll('a', 'newest')).toBe(true)
  expect(needsAll('', 'title')).toBe(true)
})

test('days read short', () => {
  expect(dayOf('2026-11-26T10:00:00Z', NOW)).toBe('26 Nov')
  expect(dayOf('2025-11-26T10:00:00Z', NOW)).toBe('26 Nov 2025')
})

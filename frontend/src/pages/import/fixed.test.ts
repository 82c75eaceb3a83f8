// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { withTrack } from './fixed'

const row = (number: number, track: string | null = null) => ({
  number,
  count: 1,
  track,
  title: 'T',
  artist: 'A',
  album: '',
  reason: '',
  candidates: [],
})

test('a row that was named has its track, and no other row', () => {
  const pages = [
    { items: [row(1), row(2, 'x')], total: 3 },
    { items: [row(3)], total: 3 },
  ]
  const named = withTrack(pages, 3, 'y').flatMap(({ items }) => items.map(({ track }) => track))
  expect(named).toEqual([null, 'x', 'y'])
})

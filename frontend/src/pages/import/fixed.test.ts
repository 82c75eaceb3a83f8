// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { fixedRows, withTrack } from './fixed'

const row = (number: number, count: number, track: string | null = null) => ({
  number,
  count,
  track,
  title: 'T',
  artist: 'A',
  album: '',
  reason: '',
  candidates: [],
})

test('a row that was named counts as all its entries of the file', () => {
  const pages = [
    { items: [row(1, 3), row(2, 4, 'x')], total: 3 },
    { items: [row(3, 5)], total: 3 },
  ]
  expect([fixedRows(undefined), fixedRows(pages), fixedRows(withTrack(pages, 3, 'y'))]).toEqual([0, 4, 9])
})

import { expect, test } from 'vitest'
import type { Recommended, Track } from '@/api/types'
import { remainder, strongest } from './onward'

const track = (id: string) => ({ id }) as Track
const suggestion = (id: string, shares: Record<string, number> = {}) =>
  ({
    track: track(id),
    reason: { text: '', seeds: Object.entries(shares).map(([seed, share]) => ({ track: seed, share })) },
  }) as unknown as Recommended

test('six suggestions are shown, without what is in the playlist or was left out', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((id) => suggestion(id))
  const shown = remainder(all, new Set(['a']), new Set(['c']))
  expect(shown.map((item) => item.track.id)).toEqual(['b', 'd', 'e', 'f', 'g', 'h'])
})

test('they hang from the three songs that brought most, in the order of the playlist', () => {
  const suggested = [suggestion('x', { a: 0.1, b: 0.5, c: 0.4 }), suggestion('y', { d: 0.9, a: 0.1 })]
  expect(strongest(['a', 'b', 'c', 'd', 'e', 'b'].map(track), suggested).map(({ id }) => id)).toEqual(['b', 'c', 'd'])
  expect(strongest([track('a')], [suggestion('x')])).toEqual([])
})

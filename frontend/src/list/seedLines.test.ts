import { describe, expect, it } from 'vitest'
import type { Recommended, Track } from '@/api/types'
import { branchWidths, linesOf, seedLines } from './seedLines'

const track = (id: string): Track => ({
  id,
  title: id,
  artists: [],
  genres: [],
  external_ids: {},
  in_release: 'learned',
})
const item = (score: number, ...seeds: { track?: string; name?: string; share: number }[]) =>
  ({ score, reason: { text: '', seeds } }) as unknown as Recommended

describe('seedLines', () => {
  it('gives the mood the last line', () => {
    expect(seedLines([track('a')], 'rain').map(({ id, name }) => id ?? name)).toEqual(['a', 'rain'])
  })
  it('draws none where there are too many to tell apart', () => {
    expect(seedLines('abcdef'.split('').map(track), null)).toEqual([])
  })
})

describe('linesOf', () => {
  const popular = { reason: { text: '', space: 'popular' } } as Recommended
  const unknown = { text: 'zzz', known: false, confidence: 0 }
  it('draws what was named until there is an answer', () => {
    expect(linesOf([track('a')], 'zzz', undefined)).toHaveLength(2)
  })
  it('draws no line from a mood that is not known', () => {
    expect(linesOf([track('a')], 'zzz', { tracks: [item(1)], name: unknown })).toHaveLength(1)
  })
  it('draws none to popular songs, and none to no songs', () => {
    expect(linesOf([track('a')], null, { tracks: [popular] })).toEqual([])
    expect(linesOf([track('a')], null, { tracks: [] })).toEqual([])
  })
})

describe('branchWidths', () => {
  it('is 15 px by share, for each line in its order', () => {
    const lines = seedLines([track('a'), track('b')], 'rain')
    expect(branchWidths(lines, [item(1, { track: 'b', share: 0.6 }, { name: 'rain', share: 0.4 })])).toEqual([
      [0, 9, 6],
    ])
  })
  it('is the fan’s by score where there is one line', () => {
    const [first, second] = branchWidths(seedLines([track('a')], null), [item(2), item(1)])
    expect(first?.[0]).toBeGreaterThan(second?.[0] ?? 0)
  })
})

import { describe, expect, it } from 'vitest'
import { EMPTY } from '@/list/state'
import { recommendSearch, searchOf, stateOf } from './search'

const A = '3E9UPGNFFJAtGr9uESnwBG'
const B = '0ifDaTKUJ9udEs7dkS8FCB'
const C = '7tFiyTwD0nx5a1eklYtX2J'
const FULL = {
  seeds: `${A},${B}`,
  away: C,
  name: 'rainy sunday',
  mode: 'deep_cuts',
  adventurous: 64,
  popularity: 18,
  per_artist: 2,
  energy: '0.2..0.75',
  tempo: '85..',
  year: '..2012',
  heard: 'never',
  set: 2,
}

describe('recommendSearch', () => {
  it('keeps what is right', () => expect(recommendSearch(FULL)).toEqual(FULL))
  it('reads and writes the same list', () => expect(searchOf(stateOf(FULL))).toEqual(FULL))
  it('writes no defaults', () => {
    expect(searchOf(EMPTY)).toEqual({})
    expect(recommendSearch({ mode: 'balanced', set: 1, seeds: '' })).toEqual({})
  })
  it.each([
    { seeds: 'short,; drop' },
    { seeds: 12 },
    { away: 'short' },
    { name: '   ' },
    { name: { a: 1 } },
    { mode: 'loud' },
    { popularity: 101 },
    { popularity: 1.5 },
    { variety: 'wide' },
    { per_artist: 0 },
    { energy: '0.9..0.1' },
    { energy: '..' },
    { energy: '0..7' },
    { tempo: 'fast' },
    { set: 21 },
    { set: -1 },
    { heard: 'often' },
  ])('lets %j fall to the default', (given) => {
    const search = recommendSearch(given)
    expect(search.energy ?? '').not.toContain('7')
    expect(searchOf({ ...stateOf(given), ranges: {} })).toEqual({})
  })
  it('names every seed once', () => expect(stateOf({ seeds: `${A},${A},${B}` }).seeds).toEqual([A, B]))
  it('keeps names that look like numbers', () => expect(stateOf({ name: 1999 }).name).toBe('1999'))
})

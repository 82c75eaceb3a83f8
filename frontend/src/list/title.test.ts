import { expect, it } from 'vitest'
import { EMPTY } from './state'
import { leadsTo, listTitle, songs } from './title'

it.each([
  [{ seeds: ['a', 'b', 'c'] }, 'From three songs'],
  [{ seeds: ['a'] }, 'From one song'],
  [{ name: 'rain' }, 'Songs for “rain”'],
  [{ seeds: ['a', 'b'], name: 'rain' }, 'From two songs and “rain”'],
  [{}, 'From what you like'],
])('titles a list of %j', (state, title) => expect(listTitle({ ...EMPTY, ...state })).toBe(title))

it('counts in words up to twelve', () => {
  expect([1, 12, 20].map(songs)).toEqual(['one song', 'twelve songs', '20 songs'])
  expect(leadsTo(8)).toMatch(/^Leads to eight songs/)
})

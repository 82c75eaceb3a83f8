import { expect, it } from 'vitest'
import { EMPTY } from './state'
import { leadsTo, listTitle } from './title'

it.each([
  [{ seeds: ['a', 'b', 'c'] }, 'From three songs'],
  [{ seeds: ['a'] }, 'From one song'],
  [{ name: 'rain' }, 'Songs for “rain”'],
  [{ seeds: ['a', 'b'], name: 'rain' }, 'From two songs and “rain”'],
  [{}, 'From what you like'],
])('titles a list of %j', (state, title) => expect(listTitle({ ...EMPTY, ...state })).toBe(title))

it('counts what a song leads to', () => expect(leadsTo(8)).toMatch(/^Leads to eight songs/))

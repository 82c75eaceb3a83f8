import { describe, expect, it } from 'vitest'
import { bodyOf, curlOf, tasteQuery } from './request'
import { EMPTY, type ListState } from './state'

const TUNED: ListState = {
  ...EMPTY,
  mode: 'hits',
  dials: { popularity: 18 },
  perArtist: 2,
  ranges: { tempo: { min: 85, max: 140 }, year: { max: 2012 } },
  set: 3,
}

describe('bodyOf', () => {
  it('leaves out what is at its default', () => {
    expect(bodyOf({ ...EMPTY, seeds: ['a'] }, 8)).toEqual({ seeds: [{ track: 'a' }], limit: 8 })
  })
  it('avoids what the list steers away from and what a guest does not want, each once', () => {
    expect(bodyOf({ ...EMPTY, seeds: ['a'], away: ['b', 'c'] }, 8, ['c', 'd'])).toMatchObject({
      avoid: [{ track: 'b' }, { track: 'c' }, { track: 'd' }],
    })
  })
  it('holds everything that was tuned, dials from 0 to 1', () => {
    expect(bodyOf({ ...TUNED, seeds: ['a'], name: 'rain' }, 12, ['b'])).toEqual({
      seeds: [{ track: 'a' }],
      name: 'rain',
      avoid: [{ track: 'b' }],
      limit: 12,
      mode: 'hits',
      dials: { popularity: 0.18, per_artist: 2 },
      filters: { tempo: { min: 85, max: 140 }, year: { max: 2012 } },
      set: 3,
    })
  })
})

it('lets known songs in where they were not heard for a year', () => {
  expect(bodyOf({ ...EMPTY, seeds: ['a'], heard: 'year' }, 8)).toMatchObject({
    exclude_known: false,
    not_played_for_days: 365,
  })
  expect(tasteQuery({ ...EMPTY, heard: 'never' }, 8)).toEqual({ limit: 8, only_new: true })
})

it('writes the same as parameters', () => {
  expect(tasteQuery(TUNED, 12)).toEqual({
    limit: 12,
    mode: 'hits',
    popularity: 0.18,
    per_artist: 2,
    min_tempo: 85,
    max_tempo: 140,
    max_year: 2012,
    set: 3,
  })
})

describe('curlOf', () => {
  it('quotes a name with an apostrophe for the shell', () => {
    expect(curlOf({ ...EMPTY, name: "don't stop" }, 12, 'http://s')).toContain(`don'\\''t stop`)
  })
  it('asks for a key where the list is a person’s own', () => {
    expect(curlOf(EMPTY, 12, 'http://s')).toBe(
      `curl 'http://s/v1/me/recommendations?limit=12' \\\n  -H "x-api-key: $SEGUE_API_KEY"`,
    )
  })
})

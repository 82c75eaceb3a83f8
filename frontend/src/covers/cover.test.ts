import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { COVER_VERSION, coverMarkup } from './cover'
import frozen from './frozen-covers.json'
import { SCENES } from './scenes'
import type { CoverTrack } from './sound'
import { tints } from './tint'

/** Twenty tracks over all scenes, with attributes from end to end, some unknown. */
const TRACKS: CoverTrack[] = Array.from({ length: 20 }, (_, i) => ({
  id: `track-${i}`,
  artist: `artist-${i % 7}`,
  album: i % 3 ? `album-${i % 5}` : null,
  year: i % 6 ? 1960 + 3 * i : null,
  genres: i % 9 ? [Object.keys(SCENES)[i % 13] as string, `sub-${i}`] : [],
  features:
    i % 8
      ? {
          energy: i / 19,
          valence: ((i * 7) % 20) / 19,
          acousticness: ((i * 3) % 20) / 19,
          danceability: ((i * 11) % 20) / 19,
          tempo: 60 + 7 * i,
          key: (i % 13) - 1,
          mode: i % 2,
        }
      : null,
}))

const digest = (markup: string) => createHash('sha256').update(markup).digest('hex').slice(0, 16)

test('twenty covers are as they were: whoever changes one raises COVER_VERSION and freezes them anew', () => {
  expect({ version: COVER_VERSION, covers: TRACKS.map((track) => digest(coverMarkup(track))) }).toEqual(frozen)
})

test('a cover is drawn from numbers alone: no text of the track is in it', () => {
  const hostile = { id: '"><script>', artist: '<b>', album: '"/>', genres: ['<i>', '">'] }
  expect(coverMarkup(hostile)).not.toMatch(/script|<b>|<i>|NaN|undefined/)
})

test('a genre that is named like a property of objects is an unknown scene', () => {
  expect(coverMarkup({ id: 'a', artist: 'b', genres: ['constructor'] })).not.toMatch(/NaN|undefined/)
})

test('seeds side by side get hues that can be told apart', () => {
  const alike = Array.from({ length: 3 }, (_, i) => ({ id: `${i}`, artist: 'one', genres: ['folk'] }))
  expect(new Set(tints(alike).map((style) => JSON.stringify(style))).size).toBe(3)
})

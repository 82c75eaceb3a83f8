import { expect, test } from 'vitest'
import { linkOutOf, playLabel, sourcesOf, spotifyIdOf } from './sources'

const ID = '4LhSpK4lPEhsVq1cza8ZYo'
const SOUND = { tempo: 120, energy: 0.5 }
const spotify = { provider: 'spotify', embed: `https://open.spotify.com/embed/track/${ID}` }

test('a recording of the catalogue comes before everything else', () => {
  const track = {
    preview: { provider: 'library', url: 'https://music.example/a.ogg' },
    external_ids: { spotify: ID },
    features: SOUND,
  }
  expect(sourcesOf(track, true).map(({ kind }) => kind)).toEqual(['audio', 'spotify', 'sketch'])
  expect(playLabel(track, true)).toBe('Play')
})

test('Spotify is loaded only after the person agreed', () => {
  const track = { preview: spotify, external_ids: {}, features: SOUND }
  expect(sourcesOf(track, false)).toEqual([{ kind: 'sketch' }])
  expect(sourcesOf(track, true)[0]).toEqual({ kind: 'spotify', id: ID })
  expect(linkOutOf(track)).toBe(`https://open.spotify.com/track/${ID}`)
})

test('an id that only looks like one of Spotify is not offered to it', () => {
  const demo = { preview: null, external_ids: { mbid: 'b1a9c0e9-d987-4042-ae91-78d6a3267d69' }, features: SOUND }
  expect(spotifyIdOf(demo)).toBeNull()
  expect(linkOutOf(demo)).toBeNull()
  expect(sourcesOf(demo, true)).toEqual([{ kind: 'sketch' }])
})

test('only pages of Spotify are embedded', () => {
  const foreign = {
    preview: { provider: 'spotify', embed: `https://evil.example/embed/track/${ID}` },
    external_ids: {},
    features: null,
  }
  expect(sourcesOf(foreign, true)).toEqual([])
})

test('an address with another scheme is no recording', () => {
  const track = { preview: { provider: 'library', url: 'javascript:alert(1)' }, external_ids: {}, features: null }
  expect(sourcesOf(track, false)).toEqual([])
})

test('a track that nobody measured has no sketch, and no play button without another source', () => {
  const track = { preview: null, external_ids: {}, features: { key: 3, mode: 1 } }
  expect(sourcesOf(track, false)).toEqual([])
  expect(playLabel(track, false)).toBeNull()
})

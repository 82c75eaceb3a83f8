import { expect, test } from 'vitest'
import { savedWords } from './saveAtSpotify'

test.each([
  [{ saved: 12, left_out: 0 }, 'Saved at Spotify as a private playlist: 12 songs.'],
  [{ saved: 1, left_out: 2 }, 'Saved at Spotify as a private playlist: 1 song. 2 songs have no address there.'],
])('a saving that is done counts its songs', (result, words) => {
  expect(savedWords({ status: 'done', result, detail: null })).toBe(words)
})

test('a saving that failed says why, and one that waits says so', () => {
  expect(savedWords({ status: 'failed', result: null, detail: 'the day is used up' })).toBe(
    'It was not saved at Spotify: the day is used up.',
  )
  expect(savedWords({ status: 'queued', result: null, detail: null })).toBe('It is not saved at Spotify yet.')
})

import { expect, test } from 'vitest'
import { updateOf } from './spotifyEmbed'

test('a playback update of the frame is read', () => {
  const message = { type: 'playback_update', payload: { position: 1200, duration: 180_000, isPaused: false } }
  expect(updateOf(message)).toEqual({ ms: 1200, durationMs: 180_000, paused: false })
})

test('everything else that a frame may send is left alone', () => {
  for (const message of [
    null,
    'ready',
    { type: 'ready' },
    { type: 'playback_update' },
    { type: 'playback_update', payload: { position: 'x' } },
  ])
    expect(updateOf(message)).toBeNull()
})

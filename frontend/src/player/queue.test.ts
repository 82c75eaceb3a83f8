// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from 'vitest'
import type { Track } from '@/api/types'

const sent = vi.fn()
const provider = {
  kind: 'audio',
  canPlay: () => true,
  load: vi.fn(),
  play: vi.fn(),
  pause: vi.fn(),
  seek: vi.fn(),
  stop: vi.fn(),
}
let events: import('./provider').PlayerEvents

vi.mock('@/feedback/outbox', () => ({ send: sent }))
vi.mock('./provider', () => ({
  PROVIDERS: { audio: async () => provider, sketch: async () => provider, spotify: async () => provider },
}))

const track = (id: string): Track => ({
  id,
  title: id,
  artists: [],
  genres: [],
  external_ids: {},
  in_release: 'learned',
  preview: { provider: 'library', url: `https://music.example/${id}` },
})
const silent = (id: string): Track => ({ ...track(id), preview: null })
const settled = () => vi.waitFor(() => expect(provider.load).toHaveBeenCalled())

beforeEach(() => {
  vi.clearAllMocks()
  provider.load.mockImplementation(async (_track, _source, given) => {
    events = given
  })
  provider.play.mockImplementation(async () => events.onPlaying(true))
})

test('a list plays from where it was asked, and goes on by itself', async () => {
  const queue = await import('./queue')
  queue.playTracks([track('a'), track('b'), track('c')], 1)
  await settled()
  expect(queue.currentTrack()?.id).toBe('b')
  provider.load.mockClear()
  events.onEnded()
  await settled()
  expect(queue.currentTrack()?.id).toBe('c')
  queue.next()
  expect(queue.currentTrack()?.id).toBe('c')
})

test('a track without any source is passed over', async () => {
  const queue = await import('./queue')
  queue.playTracks([silent('a'), track('b')], 0)
  await settled()
  expect(provider.load.mock.calls[0]?.[0].id).toBe('b')
})

test('what was heard is sent when the person goes on', async () => {
  const queue = await import('./queue')
  queue.playTracks([track('a'), track('b')], 0)
  await settled()
  for (let ms = 0; ms <= 8000; ms += 250) events.onProgress({ ms, durationMs: 200_000 })
  queue.next()
  expect(sent).toHaveBeenCalledWith([{ track: 'a', kind: 'skip', ms: 8000, source: 'web' }])
})

test('what an earlier track still tells is not heard', async () => {
  const queue = await import('./queue')
  queue.playTracks([track('a'), track('b')], 0)
  await settled()
  const stale = events
  queue.next()
  await vi.waitFor(() => expect(provider.load.mock.calls.at(-1)?.[0].id).toBe('b'))
  stale.onEnded()
  expect(queue.currentTrack()?.id).toBe('b')
})

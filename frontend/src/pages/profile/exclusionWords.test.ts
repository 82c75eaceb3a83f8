import { expect, test } from 'vitest'
import type { Exclusion } from '@/mutes/exclusions'
import { excludedEvents, exclusionTitle, sourceName } from './exclusionWords'

const exclusion = (given: Partial<Exclusion>) => ({ id: 'e', created_at: '', events: 0, ...given }) as Exclusion

test('each kind has its title', () => {
  const since = new Date(2025, 11, 1).toISOString()
  const until = new Date(2026, 0, 1).toISOString()
  expect(exclusionTitle(exclusion({ kind: 'period', since, until }), [])).toBe('Nothing from December 2025')
  expect(exclusionTitle(exclusion({ kind: 'source', source: 'web' }), [])).toBe('Everything from this app')
  const lists = [{ id: 'p', name: 'Songs for the car seat' }]
  expect(exclusionTitle(exclusion({ kind: 'playlist', playlist: 'p' }), lists)).toBe(
    'Playlist “Songs for the car seat”',
  )
  expect(exclusionTitle(exclusion({ kind: 'playlist', playlist: 'gone' }), lists)).toBe('One of your playlists')
  expect(exclusionTitle(exclusion({ kind: 'track', track: null }), [])).toContain('not here any more')
})

test('what is left out is counted', () => {
  expect(excludedEvents({ kind: 'period', events: 212 })).toBe('212 likes, plays and skips left out')
  expect(excludedEvents({ kind: 'track', events: 1 })).toBe('This song is not me, 1 like, play or skip left out')
  expect(sourceName('navidrome')).toBe('navidrome')
})

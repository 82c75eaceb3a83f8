import { describe, expect, it } from 'vitest'
import { DECLINED, type Library, type Link, reading, readWords, shownOf, untilWords } from './states'

const NOW = Date.parse('2026-11-28T12:00:00Z')
const STATES = [
  'not_configured',
  'not_connected',
  'connected',
  'needs_reauth',
  'quota_until',
  'not_allowlisted',
  'premium_lapsed',
] as const
const link = (state: Link['state'], more: Partial<Link> = {}): Link => ({
  state,
  detail: '',
  can_save: false,
  renewable: true,
  ...more,
})
const library = (more: Partial<Library> = {}): Library => ({
  liked: 1204,
  top: 0,
  recent: 0,
  playlists: [{ id: 'a', name: 'A', tracks: 3 }],
  unchanged_playlists: 0,
  counts_for_taste: false,
  synced_at: '2026-11-28T11:00:00Z',
  ...more,
})

describe('states of the link', () => {
  it('has a title, a sentence and something to do for each', () => {
    for (const state of STATES) {
      const shown = shownOf(link(state), undefined, NOW)
      expect(shown.title, state).not.toBe('')
      expect(shown.words, state).toMatch(/\.$/)
      expect(shown.acts.length, state).toBeGreaterThan(0)
    }
    expect(new Set(STATES.map((state) => shownOf(link(state), undefined, NOW).title)).size).toBe(STATES.length)
    expect(DECLINED.acts).toEqual(['connect'])
  })

  it('lets a person leave in every state that holds a link', () => {
    for (const state of STATES.slice(2)) expect(shownOf(link(state), undefined, NOW).acts).toContain('disconnect')
  })

  it('names the account', () => {
    expect(shownOf(link('connected', { account: 'ada' }), undefined, NOW).title).toBe('Connected as ada')
  })
})

describe('what was read', () => {
  it('counts songs and playlists', () => {
    expect(readWords(library(), NOW)).toMatch(/: 1,204 liked songs, 1 playlist\.$/)
    expect(readWords(library({ unchanged_playlists: 1 }), NOW)).toMatch(/1 playlist, 1 of them unchanged\.$/)
    expect(readWords(undefined, NOW)).toBe('Not read yet. That takes a minute.')
  })

  it('tells a reading that runs or failed', () => {
    const job = { id: '', job_type: 'spotify_sync', cancelling: false, progress: {}, attempts: 1 }
    const at = { created_at: '', changed_at: '' }
    const running = library({ job: { ...job, ...at, status: 'running' } })
    expect(readWords(running, NOW)).toBe('Being read now.')
    expect(reading(running)).toBe(true)
    const failed = library({ job: { ...job, ...at, status: 'failed', detail: 'Spotify refused this' } })
    expect(readWords(failed, NOW)).toBe('The last reading did not end well: Spotify refused this.')
    expect(reading(failed)).toBe(false)
  })
})

it('gives the day of a pause that does not end today', () => {
  expect(untilWords('2026-11-28T12:30:00Z', NOW)).toMatch(/^\d\d:\d\d$/)
  expect(untilWords('2026-11-30T12:30:00Z', NOW)).toMatch(/^30 November, \d\d:\d\d$/)
  expect(untilWords(null, NOW)).toBe('tomorrow')
})

import { expect, test } from 'vitest'
import { muteDetail, muteName, VERSIONS, versionName } from './words'

test('every kind of version has a name', () => {
  expect(VERSIONS.map(({ value }) => versionName(value))).toContain('Sped up')
  expect(versionName('8d_audio')).toBe('8d audio')
  expect(muteName({ kind: 'genre', value: 'metal', name: 'metal' })).toBe('Metal')
  expect(muteName({ kind: 'artist', value: 'x', name: 'deadmau5' })).toBe('deadmau5')
})

test('a mute says what it is and since when', () => {
  const now = new Date(2026, 10, 28).getTime()
  expect(muteDetail({ kind: 'artist', since: new Date(2026, 10, 2).toISOString() }, now)).toBe(
    'Artist, since 2 November',
  )
})

import { expect, test } from 'vitest'
import { ago, counted, dayOf } from './dates'

const NOW = new Date(2026, 10, 28, 12).getTime()
const daysBefore = (days: number) => new Date(2026, 10, 28 - days, 23, 59).toISOString()

test.each([
  [0, 'today'],
  [1, 'yesterday'],
  [2, '2 days ago'],
  [59, '59 days ago'],
])('%i days before is %s', (days, words) => {
  expect(ago(daysBefore(days), NOW)).toBe(words)
})

test('long ago is a date, with the year when it is another one', () => {
  expect([ago(daysBefore(100), NOW), dayOf('2025-03-03T12:00:00Z', NOW)]).toEqual(['20 August', '3 March 2025'])
})

test('counts and their words', () => {
  expect([counted(1, 'song'), counted(5000, 'song')]).toEqual(['1 song', '5,000 songs'])
})

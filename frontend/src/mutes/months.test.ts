import { expect, test } from 'vitest'
import { lastMonths, periodOf, periodWords } from './months'

test('a month is a period of its own first moment to that of the next one', () => {
  const december = periodOf('2025-12')
  expect(december?.since).toBe(new Date(2025, 11, 1).toISOString())
  expect(december?.until).toBe(new Date(2026, 0, 1).toISOString())
  expect(periodOf('2025-13')).toBeNull()
  expect(periodOf('')).toBeNull()
})

test('periods read as months where they are whole ones', () => {
  const { since, until } = periodOf('2025-12') as { since: string; until: string }
  expect(periodWords(since, until)).toBe('Nothing from December 2025')
  expect(periodWords(since, new Date(2025, 11, 9).toISOString())).toBe(
    'Nothing from 1 December 2025 to 9 December 2025',
  )
  expect(periodWords(since, null)).toBe('Nothing since 1 December 2025')
  expect(periodWords(null, until)).toBe('Nothing before 1 January 2026')
})

test('the last months go back over the turn of a year', () => {
  expect(lastMonths(3, new Date(2026, 0, 31))).toEqual([
    { value: '2026-01', name: 'January 2026' },
    { value: '2025-12', name: 'December 2025' },
    { value: '2025-11', name: 'November 2025' },
  ])
})

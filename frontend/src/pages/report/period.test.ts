import { describe, expect, it } from 'vitest'
import { monthName, periodChoices, periodName, periodOf } from './period'

describe('periods', () => {
  it('reads what an address may hold', () => {
    expect(periodOf('2026-10')).toBe('2026-10')
    expect(periodOf(2026)).toBe('2026')
    expect(['2026-13', 'ever', undefined, '1899'].map(periodOf)).toEqual(['all', 'all', 'all', 'all'])
  })

  it('names them', () => {
    expect(['all', '2026', '2026-10'].map(periodName)).toEqual(['All time', '2026', 'October 2026'])
    expect(monthName('2026-01')).toBe('January')
  })

  it('offers a year of months, and what was asked for', () => {
    const values = periodChoices(new Date('2026-01-31T12:00:00Z'), '2019').map(({ value }) => value)
    expect(values.slice(0, 5)).toEqual(['all', '2026', '2025', '2026-01', '2025-12'])
    expect(values).toHaveLength(16)
    expect(values.at(-1)).toBe('2019')
  })
})

import { describe, expect, it } from 'vitest'
import { cableRows, cableWidth, strandWidths } from './cable'

describe('cable of a taste', () => {
  it('is as thick as the weights, at least 2 px a side', () => {
    expect(strandWidths([0.5, 0.49, 0.01])).toEqual([21, 20.58, 2])
    expect(cableWidth([0.5, 0.5])).toBe(42)
  })

  it('gives the rightmost strand to the first row and lets the rest run on', () => {
    const [first, last] = cableRows([0.6, 0.4])
    expect(first?.on).toEqual([{ side: 1, left: 0, width: 16.8 }])
    expect(first?.bend.startsWith('M16.8 -1C')).toBe(true)
    expect(last?.on).toEqual([])
    expect(last?.bend.startsWith('M0 -1C')).toBe(true)
  })

  it('draws nothing without sides', () => expect(cableRows([])).toEqual([]))
})

import { describe, expect, it } from 'vitest'
import { branchThickness, cableThickness, chainThickness, fanThickness, rowThickness, whyThickness } from './thickness'

describe('fanThickness', () => {
  it('shares 48 px by what is above 0.7 of the lowest score', () => {
    expect(fanThickness([2, 1]).map((px) => px.toFixed(3))).toEqual(['39.000', '9.000'])
  })
  it('draws no strand thinner than 2.2 px', () => {
    expect(Math.min(...fanThickness([9, 0.1, 0.1]))).toBe(2.2)
  })
  it('draws equal strands where all scores are 0, and none of negative width', () => {
    expect(fanThickness([0, 0])).toEqual([24, 24])
    expect(fanThickness([1, -0.5])[1]).toBe(2.2)
  })
  it('is about 16 px in all on a phone', () => {
    const all = cableThickness([1.9, 1.7, 1.6, 1.5, 1.4, 1.4, 1.3, 1.3]).reduce((a, b) => a + b, 0)
    expect(all).toBeCloseTo(48 * 0.34, 1)
  })
})

describe('other lines', () => {
  it('gives a branch 15 px for the whole score, at least 1, and nothing for nothing', () => {
    expect([1, 0.4, 0.01, 0].map(branchThickness)).toEqual([15, 6, 1, 0])
  })
  it('gives a home row 2 to 8 px', () => {
    expect(rowThickness([3, 2, 1])).toEqual([8, 5, 2])
    expect(rowThickness([1, 1])).toEqual([5, 5])
  })
  it('gives a step of a chain at most 9 px, 3 without a count', () => {
    expect([null, 14, 200].map(chainThickness)).toEqual([3, 5, 9])
  })
  it('gives a strand of Why 26 px for the whole score', () => {
    expect(whyThickness(0.5)).toBe(13)
  })
})

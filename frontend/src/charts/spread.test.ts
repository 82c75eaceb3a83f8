import { describe, expect, it } from 'vitest'
import { spread } from './spread'

describe('spread', () => {
  it('puts random sets in the middle and closer songs to the left', () => {
    const { yours, from, to } = spread({ mean: 0.2, random: 0.1, sd: 0.01 })
    expect(yours).toBeCloseTo(10)
    expect((from + to) / 2).toBeCloseTo(50)
    expect(to - from).toBeCloseTo(15.68)
  })

  it('puts songs that are spread wider to the right', () => {
    expect(spread({ mean: 0.05, random: 0.1, sd: 0.01 }).yours).toBeGreaterThan(50)
  })

  it('does not blow up a difference that is none', () => {
    expect(spread({ mean: 0.1001, random: 0.1, sd: 0.0001 }).yours).toBeCloseTo(49.8)
  })
})

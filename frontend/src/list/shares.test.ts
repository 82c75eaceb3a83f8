import { describe, expect, it } from 'vitest'
import { hundredths, othersShare, shareText, sumLine } from './shares'

describe('hundredths', () => {
  it.each([
    [[1 / 3, 1 / 3, 1 / 3]],
    [[0.5498, 0.1783, 0.1162, 0.0679, 0.0466]],
    [[0.005, 0.995]],
    [[0.7055, 0.2945]],
    [[1]],
  ])('of %j sum to 100', (shares) => expect(hundredths(shares).reduce((a, b) => a + b, 0)).toBe(100))
  it('gives what is left to the largest remainder', () => {
    expect(hundredths([0.584, 0.277, 0.139])).toEqual([58, 28, 14])
  })
  it('is nothing of nothing', () => expect(hundredths([0, 0])).toEqual([0, 0]))
})

it('writes the sum', () => {
  expect(shareText(5)).toBe('0.05')
  expect(sumLine([58, 28, 14])).toBe('0.58 + 0.28 + 0.14 = 1.00.')
})

it('counts what unlisted seeds brought', () => {
  expect(othersShare([0.4, 0.2])).toBeCloseTo(0.4)
  expect(othersShare([0.7055, 0.2945])).toBe(0)
})

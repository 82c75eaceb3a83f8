import { describe, expect, it } from 'vitest'
import { ordered, paged, percent } from './dial'

describe('paged', () => {
  it('moves by a fifth of the rail', () => {
    expect(paged('PageUp', 50, 0, 100)).toBe(70)
    expect(paged('PageDown', 10, 0, 100)).toBe(0)
    expect(paged('PageUp', 100, 40, 220)).toBe(136)
  })
  it('leaves other keys to the browser', () => expect(paged('ArrowUp', 50, 0, 100)).toBeNull())
})

it('stands in percent of the rail', () => expect(percent(130, 40, 220)).toBe(50))

it('does not let beads pass each other', () => {
  expect(ordered('low', 80, 20, 60)).toEqual([60, 60])
  expect(ordered('high', 10, 20, 60)).toEqual([20, 20])
})

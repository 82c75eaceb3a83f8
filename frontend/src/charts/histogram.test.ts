import { describe, expect, it } from 'vitest'
import { HEIGHT, histogram, WIDTH } from './histogram'

const flat = { yours: [1, 1, 2, 0], catalogue: [0.25, 0.25, 0.25, 0.25], low: 0, high: 1 }

describe('histogram', () => {
  it('draws counts and shares on one scale', () => {
    const { bars } = histogram(flat)
    expect(bars.map(({ height }) => height)).toEqual([HEIGHT / 2, HEIGHT / 2, HEIGHT, 0])
    expect(bars[0]?.x).toBe(1)
    expect(bars[3] && bars[3].x + bars[3].width).toBe(WIDTH - 1)
  })

  it('lets the larger of both reach the top', () => {
    const { bars, curve } = histogram({ ...flat, catalogue: [0.9, 0.1, 0, 0] })
    expect(Math.max(...bars.map(({ height }) => height))).toBeLessThan(HEIGHT)
    expect(curve.startsWith('M0,0')).toBe(true)
  })

  it('places values on the axis and keeps them inside', () => {
    const { at } = histogram(flat)
    expect(at(0.5)).toBe(WIDTH / 2)
    expect(at(7)).toBe(WIDTH)
    expect(at(null)).toBeNull()
  })

  it('draws nothing yours when there are no songs', () => {
    const { bars } = histogram({ ...flat, yours: [0, 0, 0, 0] })
    expect(bars.every(({ height }) => height === 0)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { cells, place, SIDE, through, zoomed } from './moodPlane'

describe('mood plane', () => {
  it('puts energy up and mood to the right', () => {
    expect(place(0, 0)).toEqual([0, SIDE])
    expect(place(1, 1)).toEqual([SIDE, 0])
  })

  it('draws a dot where songs are, its area by their number', () => {
    const dots = cells([
      [0, 4],
      [1, 0],
    ])
    expect(dots).toHaveLength(2)
    expect(dots[0]).toMatchObject({ x: 300, y: 300, n: 4 })
    expect((dots[0]?.r ?? 0) / (dots[1]?.r ?? 1)).toBeCloseTo(2)
  })

  it('draws nothing without songs', () =>
    expect(
      cells([
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([]))

  it('shows months as far apart as they are, never blown up beyond a third of the plane', () => {
    const near = zoomed([
      { valence: 0.5, energy: 0.5 },
      { valence: 0.53, energy: 0.5 },
    ])
    const [a] = near.place(0.5, 0.5)
    const [b] = near.place(0.53, 0.5)
    expect(b - a).toBeCloseTo(0.1 * SIDE)
    expect(through([near.place(0.5, 0.5), near.place(0.53, 0.5)])).toMatch(/^M/)
  })
})

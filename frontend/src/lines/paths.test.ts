import { describe, expect, it } from 'vitest'
import { branchPaths, cableRows, fanStrands, trunkPositions, whyHeight, whyStrands } from './paths'
import { fanThickness } from './thickness'

const SCORES = [1.9, 1.5, 1.4, 1.1]

/** The start of a path and its end, y values. */
const ends = (path: string) => {
  const numbers = path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? []
  return [numbers[1], numbers.at(-1)] as [number, number]
}

describe('fanStrands', () => {
  it('starts stacked without gaps around the middle of the seed', () => {
    const strands = fanStrands(SCORES)
    const widths = fanThickness(SCORES)
    const first = ends(strands[0]?.path ?? '')[0]
    const second = ends(strands[1]?.path ?? '')[0]
    expect(second - first).toBeCloseTo(((widths[0] ?? 0) + (widths[1] ?? 0)) / 2, 0)
  })
  it('ends at the middle of each cover, 88 px apart', () => {
    expect(fanStrands(SCORES).map(({ path }) => ends(path)[1])).toEqual([44, 132, 220, 308])
  })
})

describe('cableRows', () => {
  it('loses exactly what each row takes and ends with nothing', () => {
    expect(cableRows([4, 3, 2]).map(({ rest }) => rest)).toEqual([5, 2, 0])
  })
})

describe('branchPaths', () => {
  it('draws nothing for a seed that brought nothing', () => {
    expect(branchPaths([10, 0, 4]).map((path) => path !== null)).toEqual([true, false, true])
  })
  it('lets the rightmost trunk end topmost', () => {
    const [first, last] = branchPaths([9, 6]) as [string, string]
    const top = (path: string) => Number(/V(-?[\d.]+)/.exec(path)?.[1])
    expect(top(last)).toBeLessThan(top(first))
  })
  it('starts at the trunks', () => {
    expect(branchPaths([7, 4, 3]).map((path) => path?.split(' ')[0])).toEqual(['M4', 'M14', 'M24'])
  })
})

it('keeps five trunks inside the phone gutter of 44 px', () => {
  expect(Math.max(...trunkPositions(5)) * 0.647).toBeLessThan(44 * 0.6)
})

it('merges the strands of Why at the middle of the song', () => {
  const strands = whyStrands([0.5, 0.3, 0.2])
  const all = strands.reduce((sum, { width }) => sum + width, 0)
  expect(all).toBeCloseTo(26)
  expect(ends(strands[0]?.path ?? '')[1] - 6.5).toBeCloseTo(whyHeight(3) / 2 - 13, 0)
})

import { describe, expect, it } from 'vitest'
import { nextShown, successor, withKept } from './shown'

describe('withKept', () => {
  it('keeps a liked song where it stood although the answer left it out', () => {
    expect(withKept(['a', 'b', 'c'], ['a', 'c', 'd'], new Set(['b']), 3)).toEqual(['a', 'b', 'c'])
  })
  it('does not double a liked song that the answer still has', () => {
    expect(withKept(['a', 'b', 'c'], ['c', 'b', 'a'], new Set(['b']), 3)).toEqual(['c', 'b', 'a'])
  })
  it('shows what was liked elsewhere where the answer has it', () => {
    expect(withKept([], ['a', 'b'], new Set(['b']), 3)).toEqual(['a', 'b'])
  })
})

describe('nextShown', () => {
  it('marks nothing in the first answer', () => {
    expect([...nextShown(null, ['a', 'b']).fresh]).toEqual([])
  })
  it('marks what was not seen before', () => {
    expect([...nextShown(nextShown(null, ['a', 'b']), ['b', 'c']).fresh]).toEqual(['c'])
  })
  it('keeps the mark while a row leaves and until the next songs come', () => {
    const second = nextShown(nextShown(null, ['a', 'b']), ['b', 'c'])
    expect([...nextShown(second, ['c']).fresh]).toEqual(['c'])
    expect([...nextShown(second, ['c', 'd']).fresh]).toEqual(['d'])
  })
  it('does not mark what comes back', () => {
    const gone = nextShown(nextShown(null, ['a', 'b']), ['b'])
    expect([...nextShown(gone, ['a', 'b']).fresh]).toEqual([])
  })
  it('stays the same object while nothing changes', () => {
    const first = nextShown(null, ['a'])
    expect(nextShown(first, ['a'])).toBe(first)
  })
})

describe('successor', () => {
  it('is the row that takes the place', () => expect(successor(['a', 'b', 'c'], ['a', 'c'], 'b')).toBe('c'))
  it('is the last row after the last has gone', () => expect(successor(['a', 'b'], ['a'], 'b')).toBe('a'))
  it('is nothing in an empty list', () => expect(successor(['a'], [], 'a')).toBeNull())
})

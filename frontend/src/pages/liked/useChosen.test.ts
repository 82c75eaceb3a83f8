import { expect, test } from 'vitest'
import { between, withAll } from './useChosen'

test('shift takes all rows between, both ways', () => {
  expect(between(['a', 'b', 'c', 'd'], 'd', 'b')).toEqual(['b', 'c', 'd'])
  expect(between(['a', 'b', 'c'], 'gone', 'b')).toEqual(['b'])
})

test('rows are chosen and let go', () => {
  expect([...withAll(new Set(['a']), ['b', 'c'], true)]).toEqual(['a', 'b', 'c'])
  expect([...withAll(new Set(['a', 'b']), ['a'], false)]).toEqual(['b'])
})

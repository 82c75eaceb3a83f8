import { expect, test } from 'vitest'
import { lengthWords, lifted, moved, rowAt, rowKeys, target } from './order'

test('a song moves and the others keep their order', () => {
  expect(moved(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd'])
  expect(moved(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c'])
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
})

test('keys move by one or to the ends, and never past them', () => {
  expect(target('ArrowUp', 3, 5)).toBe(2)
  expect(target('ArrowUp', 0, 5)).toBe(0)
  expect(target('ArrowDown', 4, 5)).toBe(4)
  expect(target('Home', 3, 5)).toBe(0)
  expect(target('End', 1, 5)).toBe(4)
  expect(target('Tab', 1, 5)).toBeNull()
})

test('a pointer drops before the first row whose middle it has not passed', () => {
  expect(rowAt(10, [30, 90, 150])).toBe(0)
  expect(rowAt(100, [30, 90, 150])).toBe(2)
  expect(rowAt(400, [30, 90, 150])).toBe(3)
})

test('a lifted song is announced with its place and the keys', () => {
  expect(lifted('La Route', 3, 24)).toBe(
    'La Route lifted, 4 of 24. Arrow keys move it, Space puts it down, Escape puts it back.',
  )
})

test('a track that stands twice has two rows of different names', () => {
  expect(rowKeys(['a', 'b', 'a'])).toEqual(['a', 'b', 'a-2'])
})

test('lengths read in hours and minutes', () => {
  expect(lengthWords([98 * 60_000])).toBe('1 h 38 min')
  expect(lengthWords([200_000, null])).toBe('3 min')
  expect(lengthWords([undefined, null])).toBeNull()
})

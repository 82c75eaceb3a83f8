// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { pollMs } from './follow'

test('looks are rarer the longer nothing moves, up to a bound', () => {
  const pauses = [0, 1, 2, 3, 20].map((unchanged) => pollMs(unchanged, false))
  expect(pauses).toEqual([700, 1120, 1792, 2867, 8000])
})

test('a hidden page looks more rarely', () => {
  expect(pollMs(0, true)).toBe(5 * pollMs(0, false))
})

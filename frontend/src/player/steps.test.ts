import { expect, test } from 'vitest'
import { clock } from './clock'
import { stepBack, stepOn } from './steps'

test('the queue goes on to its end and stops there', () => {
  expect(stepOn(0, 3)).toBe(1)
  expect(stepOn(2, 3)).toBeNull()
})

test('back begins the track anew after three seconds, else goes to the one before', () => {
  expect(stepBack(2, 5000)).toBe(2)
  expect(stepBack(2, 1000)).toBe(1)
  expect(stepBack(0, 0)).toBe(0)
})

test('times read as on a record', () => {
  expect(clock(207_000)).toBe('3:27')
  expect(clock(0)).toBe('0:00')
  expect(clock(3_725_000)).toBe('1:02:05')
})

import { beforeEach, expect, test } from 'vitest'
import { writeJson } from '@/storage/device'
import { takeBegun } from './provider'

const BEGUN = { state: 'abc', connects: false, next: '/liked' }

beforeEach(() => writeJson('segue.provider-sign-in', BEGUN))

test('a sign-in is taken once, by its state', () => {
  expect(takeBegun('abc')).toEqual(BEGUN)
  expect(takeBegun('abc')).toBeNull()
})

test('a state that this device did not begin is refused', () => {
  expect(takeBegun('xyz')).toBeNull()
  expect(takeBegun('abc')).toBeNull()
  writeJson('segue.provider-sign-in', BEGUN)
  expect(takeBegun(undefined)).toBeNull()
})

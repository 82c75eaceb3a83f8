import { expect, test } from 'vitest'
import { destination } from './after'

test.each([
  [undefined, '/'],
  ['/report?period=2026', '/report?period=2026'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['/signin', '/'],
])('%s leads to %s', (next, place) => {
  expect(destination(next)).toBe(place)
})

import { expect, test } from 'vitest'
import { passwordFault, strengthOf } from './passwordStrength'

test.each([
  ['horse', 0, 'too short'],
  ['quietbra', 1, 'weak'],
  ['quiet brass notes', 3, 'good'],
  ['four quiet brass notes', 4, 'strong'],
  ['aaaaaaaaaaaaaaaaaaaaaaaa', 0, 'weak'],
  ['abcdefghijklmnop12345678', 0, 'weak'],
])('%s: %i bars, %s', (password, bars, word) => {
  expect(strengthOf(password)).toEqual({ bars, word })
})

test('the name and the address add nothing', () => {
  expect(strengthOf('ada.lovelace!', ['Ada Lovelace', 'ada@example.com']).bars).toBe(0)
})

test('the server takes 8 to 256 characters', () => {
  expect([passwordFault('1234567'), passwordFault('12345678'), passwordFault('x'.repeat(257))]).toEqual([
    'Use at least 8 characters. This one has 7.',
    null,
    'Use at most 256 characters. This one has 257.',
  ])
})

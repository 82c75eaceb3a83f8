import { expect, test } from 'vitest'
import { capital, countInWords, inWords } from './numbers'

test('counts stand in words up to twelve', () => {
  expect([0, 1, 12, 13].map(inWords)).toEqual(['no', 'one', 'twelve', '13'])
})

test('a noun follows its count', () => {
  expect([0, 1, 2, 20].map((count) => countInWords(count, 'song'))).toEqual([
    'no songs',
    'one song',
    'two songs',
    '20 songs',
  ])
})

test('a sentence begins with a capital', () => {
  expect([capital(countInWords(3, 'like')), capital('')]).toEqual(['Three likes', ''])
})

// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { addedWords, placedWords } from './added'

test('what is kept says honestly what it does', () => {
  expect(addedWords({ artist: 2, sound: 1 })).toBe('3 songs. They count for your lists by their artist or their sound.')
  expect(addedWords({ unknown: 1 })).toContain('without effect on your lists')
  expect(addedWords({ artist: 1_200, unknown: 3 })).toBe(
    '1,203 songs. 1,200 count for your lists, by artist or sound; of the others nothing is known, so they stand in your history only.',
  )
  expect(placedWords('unknown')).toBe('In your history only')
})

import { expect, test, vi } from 'vitest'

vi.mock('@/api/client', () => ({ api: {}, data: () => null }))

import { addedWords } from './changes'

const change = (...statuses: string[]) =>
  ({
    playlist: { name: 'Night drive' },
    results: statuses.map((status, i) => ({ status, track: String(i) })),
  }) as unknown as Parameters<typeof addedWords>[0]

test('what became of one song', () => {
  expect(addedWords(change('added'), 'Canta')).toBe('“Canta” added to “Night drive”.')
  expect(addedWords(change('repeated'), 'Canta')).toBe('“Canta” is in “Night drive” already.')
  expect(addedWords(change('unknown'), 'Canta')).toContain('Nothing was added')
})

test('what became of several', () => {
  expect(addedWords(change('added', 'added', 'repeated'), null)).toBe(
    '2 songs added to “Night drive”. 1 was there already.',
  )
  expect(addedWords(change('repeated', 'repeated'), null)).toBe('They are all in “Night drive” already.')
})

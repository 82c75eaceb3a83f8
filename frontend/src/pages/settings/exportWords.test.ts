import { expect, test } from 'vitest'
import { type Export, isBeingMade, progressOf, readyWords, sizeWords } from './exportWords'

const view: Export = {
  id: '0191',
  status: 'done',
  progress: { files: 24, files_in_all: 24, rows: 12_345 },
  created_at: '2026-11-28T10:00:00Z',
  bytes: 412_000,
  expires_at: '2026-12-05T10:00:00Z',
}

test('what waits or runs is being made', () => {
  expect(
    ['queued', 'running', 'done', 'failed', 'cancelled'].map((status) => isBeingMade({ status } as Export)),
  ).toEqual([true, true, false, false, false])
})

test('progress is the share of complete files, and unknown before it begins', () => {
  expect(progressOf(view)).toBe(100)
  expect(progressOf({ progress: { files: 6, files_in_all: 24, rows: 9 } })).toBe(25)
  expect(progressOf({ progress: {} as Export['progress'] })).toBeNull()
})

test('sizes are read at a glance', () => {
  expect([300, 54_321, 412_000, 9_990_000, 54_000_000].map(sizeWords)).toEqual([
    '1 KB',
    '54 KB',
    '0.4 MB',
    '10.0 MB',
    '54 MB',
  ])
})

test('a ready export says what it holds and until when', () => {
  const now = Date.parse('2026-11-28T12:00:00Z')
  expect(readyWords(view, now)).toBe('Made on 28 November, 12,345 lines, 0.4 MB. Ready until 5 December.')
})

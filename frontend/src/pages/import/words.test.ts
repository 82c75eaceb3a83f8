import { expect, test } from 'vitest'
import type { Import } from './parts'
import { type Counts, figuresOf, notes, placeOf, resultWords, sentence, summary, timesInFile, whyNot } from './words'

const NONE: Counts = {
  read: 0,
  matched: 0,
  added: 0,
  unmatched: 0,
  left_out: 0,
  new: 0,
  repeated: 0,
  skipped: 0,
  tracks_added: 0,
  playlists: 0,
  matched_by: {},
  reasons: [],
  files: [],
}
const view = (status: Import['status'], counts: Partial<Counts> = {}, detail: string | null = null): Import => ({
  id: 'one',
  name: 'history.zip',
  status,
  size: 10,
  received: 10,
  created_at: '2026-11-28T12:00:00Z',
  counts: { ...NONE, ...counts },
  detail,
})

test.each([
  [view('done', { read: 48210, new: 1120 }), 'ok', '48,210 entries read, 1,120 of them new.'],
  [view('done', { read: 1, new: 1 }), 'ok', '1 entry read, 1 of them new.'],
  [view('done', { read: 48210, repeated: 48210 }), 'ok', 'Nothing new in this file.'],
  [view('done', { read: 5, unmatched: 5 }), 'warn', '5 entries read, none of them recorded.'],
  [view('done'), 'warn', 'No listening was found in this file.'],
  [view('cancelled', { read: 500 }), 'warn', 'Stopped after 500 entries.'],
  [view('failed', {}, 'x'), 'bad', 'This file could not be read.'],
  [view('failed', { read: 1872 }, 'x'), 'bad', 'Not all of the file was read: 1,872 entries were.'],
])('a result in words', (result, kind, title) => {
  expect(resultWords(result)).toMatchObject({ kind, title })
})

test("a failure is told in the API's sentence", () => {
  expect(resultWords(view('failed', {}, '"a.png" is of no known format: expected a playlist')).text).toBe(
    '"a.png" is of no known format: expected a playlist.',
  )
  expect(resultWords(view('failed', { read: 7 }, 'the file ends early.')).text).toBe(
    'The file ends early. What was read stays.',
  )
})

test('what was here already is all of it or a part', () => {
  expect(resultWords(view('done', { read: 9, repeated: 9 })).text).toBe('All 9 entries were here already.')
  expect(resultWords(view('done', { read: 9, repeated: 4 })).text).toBe('4 entries of 9 were here already.')
})

test('rows that were left out of the list are no longer not matched', () => {
  expect(figuresOf({ ...NONE, read: 9, unmatched: 5, left_out: 2 })).toMatchObject({ unmatched: 3, left_out: 2 })
  expect(figuresOf(undefined)).toMatchObject({ read: 0, unmatched: 0 })
})

test('what the four counts leave out stands in sentences', () => {
  expect(
    notes(figuresOf({ ...NONE, playlists: 2, repeated: 1, skipped: 1200, added: 1, unmatched: 3, left_out: 3 })),
  ).toEqual([
    '2 playlists found.',
    '1 entry names a song that the catalogue lacked: added for you.',
    '1 entry was here already.',
    '1,200 entries were left out.',
    'You left out 3 entries.',
  ])
})

test('an import in one line', () => {
  expect(summary(view('done', { read: 1200, new: 3, unmatched: 6, left_out: 4 }))).toBe(
    '1,200 read, 3 new, 2 not matched',
  )
  expect(summary(view('failed'))).toBe('could not be read')
  expect(summary(view('cancelled', { read: 2 }))).toBe('2 read, 0 new, stopped')
})

test('places, times, reasons and sentences', () => {
  expect([placeOf({ file: 'a.json', line: 1012 }), placeOf({ file: 'a.json', line: 0 })]).toEqual([
    'a.json, line 1,012',
    'a.json',
  ])
  expect([timesInFile(1), timesInFile(41)]).toEqual(['once in the file', '41 times in the file'])
  expect(whyNot({ reason: 'no track of the catalogue comes near' })).toBe('Nothing in the catalogue comes near it.')
  expect(whyNot({ reason: 'a reason of tomorrow' })).toBe('A reason of tomorrow.')
  expect(sentence('')).toBe('')
})

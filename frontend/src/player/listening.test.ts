import { expect, test } from 'vitest'
import { advanced, begun, type Listen, reportOf } from './listening'
import type { SourceKind } from './sources'

function heard(source: SourceKind, seconds: number, durationS: number): Listen {
  let listen = begun('a', source)
  for (let at = 250; at <= seconds * 1000; at += 250) listen = advanced(listen, at, durationS * 1000)
  return listen
}

test('thirty seconds of a recording are a play, with what was heard', () => {
  expect(reportOf(heard('audio', 31, 200), true)).toEqual({ track: 'a', kind: 'play', ms: 31_000 })
  expect(reportOf(heard('spotify', 31, 200), false)?.kind).toBe('play')
})

test('half of a short recording is a play', () => {
  expect(reportOf(heard('audio', 11, 20), true)?.kind).toBe('play')
})

test('a recording that the person leaves early is a skip; a slip is not', () => {
  expect(reportOf(heard('audio', 6, 200), true)).toEqual({ track: 'a', kind: 'skip', ms: 6000 })
  expect(reportOf(heard('audio', 1, 200), true)).toBeNull()
  expect(reportOf(heard('audio', 6, 200), false)).toBeNull()
})

test('a sketch is not the song: hearing it through or leaving it says nothing', () => {
  expect(reportOf(heard('sketch', 8, 8), false)).toBeNull()
  expect(reportOf(heard('sketch', 3, 8), true)).toBeNull()
})

test('seeking ahead is not hearing', () => {
  const sought = advanced(heard('audio', 3, 200), 180_000, 200_000)
  expect(sought.heardMs).toBe(3000)
  expect(advanced(sought, 10_000, 200_000).heardMs).toBe(3000)
})

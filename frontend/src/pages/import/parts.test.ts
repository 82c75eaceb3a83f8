import { expect, test } from 'vitest'
import { Problem } from '@/api/problem'
import { FIRST_PART, type Import, nextPart, pauseMs, percent, resumable, sentOf } from './parts'

const MIB = 1 << 20
const problem = (status: number, retryAfterS: number | null = null) => new Problem({}, status, retryAfterS)

test('parts grow while they are quick and shrink when they are slow, within bounds', () => {
  expect(nextPart(FIRST_PART, 100)).toBe(2 * MIB)
  expect(nextPart(8 * MIB, 100)).toBe(8 * MIB)
  expect(nextPart(2 * MIB, 3_000)).toBe(2 * MIB)
  expect(nextPart(2 * MIB, 9_000)).toBe(MIB)
  expect(nextPart(1 << 18, 9_000)).toBe(1 << 18)
})

test.each([
  ['no answer', problem(0), 0, 1_000],
  ['no answer, again', problem(0), 3, 8_000],
  ['a server that restarts', problem(503), 9, 30_000],
  ['too many requests', problem(429, 12), 0, 12_000],
  ['other bytes expected', problem(409), 0, 0],
  ['too large', problem(413), 0, null],
  ['deleted elsewhere', problem(404), 0, null],
  ['no answer for long', problem(0), 10, null],
])('after %s an upload waits', (_, failure, tries, pause) => {
  expect(pauseMs(failure, tries)).toBe(pause)
})

test('a file goes on with an unfinished upload of its name and size', () => {
  const upload = (name: string, size: number | null, status: Import['status']): Import => ({
    id: `${name} ${size} ${status}`,
    name,
    size,
    status,
    received: 0,
    created_at: '2026-11-28T12:00:00Z',
  })
  const imports = [upload('a.zip', 9, 'done'), upload('b.zip', 9, 'uploading'), upload('a.zip', 9, 'uploading')]
  expect(resumable({ name: 'a.zip', size: 9 }, imports)).toBe(imports[2])
  expect(resumable({ name: 'a.zip', size: 8 }, imports)).toBeUndefined()
  const long = 'x'.repeat(300)
  expect(resumable({ name: long, size: 9 }, [upload('x'.repeat(200), 9, 'uploading')])).toBeDefined()
})

test('how much was sent, in words', () => {
  expect([sentOf(31_400_000, 214_000_000), sentOf(0, 400), sentOf(240_000, 812_000)]).toEqual([
    '31 of 214 MB',
    '0 of 1 KB',
    '240 of 812 KB',
  ])
  expect([percent(999, 1000), percent(1000, 1000), percent(0, 0)]).toEqual([99, 100, 0])
})

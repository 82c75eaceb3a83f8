import { expect, test } from 'vitest'
import { Problem } from '@/api/problem'
import type { Import } from './parts'
import { type Progress, type Steps, sendFile } from './sendFile'

const SIZE = 3_500_000
const bytes = Buffer.from(new Uint32Array(SIZE / 4).map((_, i) => i * 2_654_435_761).buffer)
const file = new File([bytes], 'history.zip')

/** A server that receives one upload; `failures` are thrown in turn, some after the bytes were stored. */
function server(failures: { stored: boolean; status: number }[] = [], held = 0) {
  let stored = Buffer.from(bytes.subarray(0, held))
  const offsets: number[] = []
  const waits: number[] = []
  const view = (): Import => ({
    id: 'one',
    name: file.name,
    size: SIZE,
    received: stored.length,
    status: stored.length === SIZE ? 'queued' : 'uploading',
    created_at: '2026-11-28T12:00:00Z',
  })
  const steps: Steps = {
    whole: async (_, body) => {
      stored = Buffer.from(await body.arrayBuffer())
      return { ...view(), status: 'queued' }
    },
    begin: async () => view(),
    append: async (_, offset, part) => {
      offsets.push(offset)
      if (offset !== stored.length) throw new Problem({}, 409)
      const failure = failures.shift()
      const content = Buffer.from(await part.arrayBuffer())
      if (!failure || failure.stored) stored = Buffer.concat([stored, content])
      if (failure) throw new Problem({}, failure.status)
      return view()
    },
    find: async () => view(),
    wait: async (ms) => void waits.push(ms),
    now: () => 0,
  }
  return { steps, offsets, waits, view, stored: () => stored }
}

test('a large file goes in parts, whole and in order', async () => {
  const to = server()
  const reports: Progress[] = []
  const view = await sendFile(file, undefined, to.steps, (progress) => reports.push(progress))
  expect(view.status).toBe('queued')
  expect(to.stored().equals(bytes)).toBe(true)
  expect(reports.map(({ sent }) => sent)).toEqual([0, 1 << 20, 3 << 20])
})

test('a small file goes in one request', async () => {
  const to = server()
  await sendFile(new File(['[]'], 'a.json'), undefined, to.steps, () => undefined)
  expect([to.stored().length, to.offsets]).toEqual([2, []])
})

test('a broken upload goes on where the server stopped receiving', async () => {
  const to = server([
    { stored: false, status: 0 },
    { stored: true, status: 502 },
  ])
  const paused: (number | null)[] = []
  await sendFile(file, undefined, to.steps, ({ pausedMs }) => paused.push(pausedMs))
  expect(to.stored().equals(bytes)).toBe(true)
  expect(to.waits).toHaveLength(2)
  expect(paused.filter((ms) => ms !== null)).toHaveLength(2)
  expect(new Set(to.offsets).size).toBe(to.offsets.length - 1) // only the part that was lost is sent twice
})

test('an unfinished upload is gone on with', async () => {
  const to = server([], 2_000_000)
  await sendFile(file, to.view(), to.steps, () => undefined)
  expect(to.offsets[0]).toBe(2_000_000)
  expect(to.stored().equals(bytes)).toBe(true)
})

test('a refusal ends it', async () => {
  const to = server([{ stored: false, status: 413 }])
  await expect(sendFile(file, undefined, to.steps, () => undefined)).rejects.toMatchObject({ status: 413 })
})

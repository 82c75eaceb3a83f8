// @vitest-environment jsdom
import { expect, test, vi } from 'vitest'
import { queryClient } from '@/app/queryClient'
import { follow, pollMs } from './follow'
import type { Import } from './parts'
import { importsQuery } from './queries'

test('looks are rarer the longer nothing moves, up to a bound', () => {
  const pauses = [0, 1, 2, 3, 20].map((unchanged) => pollMs(unchanged, false))
  expect(pauses).toEqual([700, 1120, 1792, 2867, 8000])
})

test('a hidden page looks more rarely', () => {
  expect(pollMs(0, true)).toBe(5 * pollMs(0, false))
})

test('taking back an import may end before the first look', async () => {
  const gone = async () => new Response('{"title": "Not found", "status": 404}', { status: 404 })
  vi.stubGlobal('fetch', gone)
  queryClient.setQueryData(importsQuery.queryKey, [{ id: 'a', status: 'undoing' } as Import])
  await follow('a')
  expect(queryClient.getQueryData(importsQuery.queryKey)).toEqual([])
})

test('an import that another window took off the list leaves this one', async () => {
  vi.stubGlobal('fetch', async () => new Response('{"title": "Not found", "status": 404}', { status: 404 }))
  queryClient.setQueryData(importsQuery.queryKey, [{ id: 'b', status: 'running' } as Import])
  await follow('b')
  expect(queryClient.getQueryState(importsQuery.queryKey)?.isInvalidated).toBe(true)
})

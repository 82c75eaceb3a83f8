import { beforeEach, expect, test, vi } from 'vitest'
import { noAnswer, Problem } from '@/api/problem'
import { showToast } from '@/components/toast/toasts'
import { notRemoved } from './removal'

vi.mock('@/components/toast/toasts', () => ({ showToast: vi.fn() }))
beforeEach(() => vi.mocked(showToast).mockClear())

const problem = (status: number, detail: string) => new Problem({ title: 'Refused', detail, code: 'code' }, status)

test('what is not there any more goes from this page', () => {
  const drop = vi.fn()
  notRemoved(problem(404, 'no import with this id'), drop)
  expect(drop).toHaveBeenCalledOnce()
  expect(showToast).toHaveBeenLastCalledWith({ text: 'It was gone already.' })
})

test('where that means more it is said', () => {
  notRemoved(problem(404, 'no import with this id'), vi.fn(), 'It cannot be taken back.')
  expect(showToast).toHaveBeenLastCalledWith({ text: 'It cannot be taken back.' })
})

test.each([
  [noAnswer(), 'The server cannot be reached.'],
  [problem(409, 'It is being read.'), 'It is being read.'],
  [problem(500, 'A fault of ours.'), 'A fault of ours.'],
])('what the server did not remove stays', (error, words) => {
  const drop = vi.fn()
  notRemoved(error, drop)
  expect(drop).not.toHaveBeenCalled()
  expect(showToast).toHaveBeenLastCalledWith({ text: `It is still here. ${words}` })
})

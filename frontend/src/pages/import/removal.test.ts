import { expect, test, vi } from 'vitest'
import { noAnswer, Problem } from '@/api/problem'
import { showToast } from '@/components/toast/toasts'
import { notRemoved } from './removal'

vi.mock('@/components/toast/toasts', () => ({ showToast: vi.fn() }))

test('what another window has removed goes from this page', () => {
  const drop = vi.fn()
  notRemoved(new Problem({ title: 'Not found', detail: 'no import with this id', code: 'not_found' }, 404), drop)
  expect(drop).toHaveBeenCalledOnce()
  expect(showToast).toHaveBeenLastCalledWith({ text: 'It was gone already.' })
})

test('what the server did not remove stays', () => {
  const drop = vi.fn()
  notRemoved(noAnswer(), drop)
  expect(drop).not.toHaveBeenCalled()
  expect(showToast).toHaveBeenLastCalledWith({ text: 'It is still here. The server cannot be reached.' })
})

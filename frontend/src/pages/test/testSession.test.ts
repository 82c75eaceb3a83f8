// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from 'vitest'
import type { Track } from '@/api/types'
import { answer, back, EMPTY, keep, kept, likedOf, pendingOf, sent, shown } from './testSession'

const track = (id: string) => ({ id, title: id, artists: [] }) as unknown as Track
const [a, b, c] = [track('a'), track('b'), track('c')]

describe('a session of the test', () => {
  beforeEach(() => localStorage.clear())

  it('shows the first offered song that is not answered', () => {
    const one = answer(EMPTY, a, 1)
    expect(shown(EMPTY, [a, b])?.id).toBe('a')
    expect(shown(one, [a, b])?.id).toBe('b')
    expect(shown(one, [a])).toBeNull()
  })

  it('goes back one, and an answer there replaces the earlier one', () => {
    const two = answer(answer(EMPTY, a, 1), b, -1)
    const earlier = back(two)
    expect(shown(earlier, [c])?.id).toBe('b')
    const changed = answer(earlier, b, 1)
    expect(changed.answered.map(({ value }) => value)).toEqual([1, 1])
    expect(shown(changed, [c])?.id).toBe('c')
    expect(back(EMPTY)).toEqual(EMPTY)
  })

  it('knows what the server does not have yet', () => {
    const two = answer(answer(EMPTY, a, 1), b, 0)
    expect(pendingOf(sent(two, new Set(['a']))).map((one) => one.track.id)).toEqual(['b'])
    expect(likedOf(two)).toEqual([a])
  })

  it('is kept over a reload, for this person alone', () => {
    keep('ada', answer(EMPTY, a, 1))
    expect(kept('ada').answered).toHaveLength(1)
    expect(kept('eve')).toEqual(EMPTY)
    localStorage.setItem('segue.interest-test', 'no json')
    expect(kept('ada')).toEqual(EMPTY)
  })
})

import { describe, expect, it } from 'vitest'
import type { Recommended } from '@/api/types'
import { notesOf } from './notes'

const track = (space: 'graph' | 'popular') => ({ reason: { text: '', space } }) as Recommended
const answer = { tracks: [track('graph')], name: null, unknown: [] as string[], degraded: null }

describe('notesOf', () => {
  it('says nothing of a whole answer', () => expect(notesOf(answer)).toEqual([]))
  it('labels popular picks that stand for the own list', () => {
    expect(
      notesOf({ ...answer, degraded: 'index_unavailable', tracks: [track('popular')] }).map(({ title }) => title),
    ).toEqual(['Popular picks for now.'])
  })
  it('labels a popular list that nothing brought', () => {
    expect(notesOf({ ...answer, tracks: [track('popular')] })[0]?.title).toBe('Popular here.')
  })
  it('says that a mood is not known, and offers to search for it', () => {
    const named = { ...answer, name: { text: 'zzz', known: false, confidence: 0 }, tracks: [track('popular')] }
    expect(notesOf(named)).toHaveLength(1)
    expect(notesOf(named)[0]).toMatchObject({ title: 'No list here is called “zzz”.', search: 'zzz' })
  })
  it('counts songs that are not known', () => {
    expect(notesOf({ ...answer, unknown: ['a', 'b'] })[0]?.title).toBe('2 songs are not in this catalogue.')
  })
  it('gives a code that it does not know as it is', () => {
    expect(notesOf({ ...answer, degraded: 'comet' })[0]?.text).toContain('comet')
  })
})

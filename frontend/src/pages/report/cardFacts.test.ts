import { describe, expect, it } from 'vitest'
import type { Report } from '@/api/types'
import { cardFacts, ticked } from './cardFacts'

const report = {
  headlines: [
    { code: 'popularity_higher', figure: '9 in 10', caption: 'songs here are less known.' },
    { code: 'sides', figure: null, caption: null },
  ],
  records: [
    { kind: 'oldest', value: 1965, track: { id: 'a', title: 'Piel y Rosa', artists: ['Tadeo Palomar'] } },
    { kind: 'longest', value: 509_258, track: { id: 'b', title: 'Sunlit Almond', artists: [] } },
  ],
  likes_needed: 0,
} as unknown as Report

describe('facts of a card', () => {
  it('are claims with a figure, then the oldest and the newest song', () => {
    expect(cardFacts(report)).toEqual([
      { code: 'popularity_higher', figure: '9 in 10', words: 'songs here are less known.' },
      { code: 'oldest', figure: '1965', words: 'is the oldest: Piel y Rosa by Tadeo Palomar' },
    ])
  })

  it('count what is left before a first report', () => {
    expect(cardFacts({ ...report, headlines: [], likes_needed: 8 })[0]).toMatchObject({ code: 'needed', figure: '8' })
  })

  it('are ticked on and off in their order, three at most', () => {
    const facts = ['a', 'b', 'c', 'd'].map((code) => ({ code, figure: '', words: '' }))
    expect(ticked(facts, ['b', 'c'], 'a')).toEqual(['a', 'b', 'c'])
    expect(ticked(facts, ['a', 'b', 'c'], 'b')).toEqual(['a', 'c'])
    expect(ticked(facts, ['a', 'b', 'c'], 'd')).toHaveLength(3)
  })
})

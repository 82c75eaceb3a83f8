import { describe, expect, it } from 'vitest'
import { beads } from './beads'

const given = { before: 0, likesBefore: 0, most: 12 }

describe('line of beads', () => {
  it('shows answers, this song, what surely comes and what may', () => {
    const line = beads({ ...given, answers: [1, 0, 1, -1], at: 4 })
    expect(line).toEqual([
      'like',
      'neutral',
      'like',
      'dislike',
      'now',
      'next',
      'next',
      'next',
      'may',
      'may',
      'may',
      'may',
    ])
  })

  it('marks an earlier song after going back', () => {
    expect(beads({ ...given, answers: [1, 1], at: 1 }).slice(0, 3)).toEqual(['like', 'now', 'next'])
  })

  it('counts answers of an earlier session', () => {
    const line = beads({ ...given, before: 3, likesBefore: 1, answers: [1], at: 1 })
    expect(line.slice(0, 5)).toEqual(['known', 'known', 'known', 'like', 'now'])
    expect(line).toHaveLength(12)
  })

  it('has no song ahead once all are answered', () => {
    const line = beads({ ...given, answers: Array(12).fill(0), at: 12 })
    expect(line).toEqual(Array(12).fill('neutral'))
  })
})

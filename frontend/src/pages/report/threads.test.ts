import { describe, expect, it } from 'vitest'
import { recommendSearchOf, type Thread, together } from './threads'

const thread = (label: string, filters: Thread['filters']): Thread => ({
  code: 'x',
  label,
  filters,
  query: '',
  evidence: '',
})

describe('threads', () => {
  it('narrows: all bounds hold', () => {
    const chosen = [
      thread('1970s', { min_year: 1970, max_year: 1979 }),
      thread('Before 1975', { max_year: 1974 }),
      thread('112 to 136 BPM', { min_tempo: 112, max_tempo: 136 }),
    ]
    expect(together(chosen)).toEqual({ min_year: 1970, max_year: 1974, min_tempo: 112, max_tempo: 136 })
  })

  it('takes any of several genres', () => {
    expect(together([thread('jazz', { genres: 'jazz' }), thread('folk', { genres: 'folk' })])).toEqual({
      genres: ['jazz', 'folk'],
    })
  })

  it('writes what Recommend can be told', () => {
    expect(recommendSearchOf({ min_year: 1970, max_year: 1979, max_energy: 0.4 })).toEqual({
      year: '1970..1979',
      energy: '..0.4',
    })
  })

  it('does not lead there with a filter that would be lost', () => {
    expect(recommendSearchOf({ min_year: 1970, genres: ['jazz'] })).toBeNull()
    expect(recommendSearchOf({ max_speechiness: 0.05 })).toBeNull()
  })
})

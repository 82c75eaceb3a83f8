import { describe, expect, it } from 'vitest'
import type { Report } from '@/api/types'
import { reportCsv } from './csv'

const empty = {
  n_likes: 1,
  n_with_features: 1,
  catalogue_size: 5000,
  features: [],
  era: { n: 0 },
  mainstream: { n: 0 },
  tempo: { n: 0, bins: [] },
  mood: { shares: [] },
  decades: [],
  keys: [],
  genres: { items: [] },
  languages: { items: [] },
  clusters: [],
  drift: { months: [] },
} as unknown as Report

describe('a report for spreadsheets', () => {
  it('has a head and numbers as they are', () => {
    const features = [{ name: 'energy', n: 185, superiority: 45.7, ci: [41.5, 49.9], median: 0.599, claim: 'typical' }]
    const [head, ...rows] = reportCsv({ ...empty, features } as unknown as Report).split('\r\n')
    expect(head).toBe(
      'part,name,n,share,catalogue_share,lift,superiority,ci_low,ci_high,mean,median,catalogue_median,claim',
    )
    expect(rows).toContain('feature,energy,185,,,,45.7,41.5,49.9,,0.599,,typical')
  })

  it('quotes, and defuses formulas', () => {
    const clusters = [{ label: '=1+1, "x"', n: 3, share: 0.5, tracks: [] }]
    expect(reportCsv({ ...empty, clusters } as unknown as Report)).toContain('side,"\'=1+1, ""x""",3,0.5')
  })
})

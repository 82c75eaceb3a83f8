import { describe, expect, it } from 'vitest'
import { type Facts, sources } from './known'

const nothing: Facts = {
  likes: { total: 0, lastAt: null },
  test: { answered: 0, likes: 0 },
  lists: { lastAt: null },
  monthlySince: null,
  links: 0,
  memberSince: '2020-03-03T12:00:00Z',
}

describe('what is known of a person', () => {
  it('lists every source with what it holds, and no action where there is nothing', () => {
    const rows = sources(nothing)
    expect(rows.map(({ name }) => name)).toEqual([
      'Likes',
      'Interest test',
      'Lists you were shown',
      'Shared reports',
      'Account',
    ])
    expect(rows[0]?.holds).toBe('0 likes')
    expect(rows[1]?.action).toBeNull()
    expect(rows[4]?.last).toBe('since 3 March 2020')
  })

  it('can begin the test anew once it has answers', () => {
    const row = sources({ ...nothing, test: { answered: 7, likes: 1 } })[1]
    expect(row).toMatchObject({ holds: '7 answers, 1 like among them', action: 'restart-test' })
  })

  it('says the monthly mail', () => {
    expect(sources({ ...nothing, monthlySince: '2020-05-01T12:00:00Z' })[4]?.holds).toContain('since 1 May 2020')
  })
})

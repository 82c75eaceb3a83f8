import { expect, test } from 'vitest'
import { type GuestOpinion, withOpinion } from './guest'

const like = (track: string): GuestOpinion => ({ track, kind: 'like', at: '2026-01-01T00:00:00Z' })

test('the last word about a track counts, once', () => {
  const said = withOpinion([like('a'), like('b')], 'a', 'dislike', '2026-01-02T00:00:00Z')
  expect(said).toEqual([like('b'), { track: 'a', kind: 'dislike', at: '2026-01-02T00:00:00Z' }])
})

test('neutral takes an opinion back', () => {
  expect(withOpinion([like('a')], 'a', 'neutral', '2026-01-02T00:00:00Z')).toEqual([])
})

test('a device keeps five hundred, the latest ones', () => {
  let kept: GuestOpinion[] = []
  for (let i = 0; i < 510; i++) kept = withOpinion(kept, `${i}`, 'like', '2026-01-01T00:00:00Z')
  expect([kept.length, kept[0]?.track, kept.at(-1)?.track]).toEqual([500, '10', '509'])
})

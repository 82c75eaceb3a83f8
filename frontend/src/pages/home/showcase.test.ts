import { describe, expect, it } from 'vitest'
import type { Recommended, Track } from '@/api/types'
import { nextInChain, showcase } from './showcase'

const track = (id: string, genre: string, artist = id): Track => ({
  id,
  title: id,
  artists: [{ id: artist, name: artist }],
  genres: [genre],
  external_ids: {},
  in_release: 'learned',
})
const MANY = Array.from({ length: 40 }, (_, i) => track(`t${i}`, `g${i % 8}`))

describe('showcase', () => {
  it('offers six songs of six genres', () => {
    const { toTry } = showcase(MANY)
    expect(new Set(toTry.flatMap(({ genres }) => genres)).size).toBe(6)
  })
  it('offers six where there is one genre, and as many as there are', () => {
    expect(showcase(MANY.map(({ id }) => track(id, 'folk'))).toTry).toHaveLength(6)
    expect(showcase(MANY.slice(0, 2)).toTry).toHaveLength(2)
  })
  it('shows other covers on the wall, neighbours of different genres', () => {
    const { toTry, wall } = showcase(MANY)
    expect(wall).toHaveLength(16)
    expect(wall.some((one) => toTry.includes(one))).toBe(false)
    expect(wall.some((one, i) => one.genres?.[0] === wall[i + 1]?.genres?.[0])).toBe(false)
  })
})

describe('nextInChain', () => {
  const found = (...tracks: Track[]) => tracks.map((one) => ({ track: one })) as Recommended[]
  it('takes no song and no artist twice', () => {
    const chain = [track('a', 'x', 'ada'), track('b', 'x', 'bob')]
    const next = nextInChain(chain, found(track('b', 'x', 'bob'), track('c', 'x', 'ada'), track('d', 'x', 'dan')))
    expect(next?.track.id).toBe('d')
  })
  it('ends where nothing else follows', () => expect(nextInChain([track('a', 'x')], [])).toBeNull())
})

import { describe, expect, it } from 'vitest'
import type { Reason } from '@/api/types'
import { alone, evidenceOf, isPlaced, reasonLine } from './reason'

const reason = (text: string, more: Partial<Reason> = {}): Reason => ({
  text,
  seeds: [{ track: 'a', title: 'Idrissa', share: 1, features: false }],
  near_in: [],
  space: 'graph',
  ...more,
})

describe('reasonLine', () => {
  it('leads with the name of the seed', () => {
    expect(reasonLine(reason('Idrissa: in 41 playlists together, close in valence and tempo'))).toEqual({
      lead: 'Idrissa',
      before: '',
      words: 'in 41 playlists together, close in mood and tempo',
    })
  })
  it('keeps what stands before the name', () => {
    expect(reasonLine(reason('Because you liked Idrissa: close in tempo'))).toMatchObject({
      before: 'Because you liked',
      lead: 'Idrissa',
    })
  })
  it('does not take a colon in a title for the end of the name', () => {
    const titled = reason('Suite: Rain: close in tempo', {
      seeds: [{ title: 'Suite: Rain', share: 1, features: false }],
    })
    expect(reasonLine(titled)).toMatchObject({ lead: 'Suite: Rain', words: 'close in tempo' })
  })
  it('does not change a title called Valence', () => {
    const titled = reason('valence: close in valence', { seeds: [{ title: 'valence', share: 1, features: false }] })
    expect(reasonLine(titled)).toMatchObject({ lead: 'valence', words: 'close in mood' })
  })
  it('leaves other sentences whole', () => {
    expect(
      reasonLine(
        reason('Fits lists called rainy sunday', { seeds: [{ name: 'rainy sunday', share: 1, features: false }] }),
      ),
    ).toEqual({
      lead: null,
      before: '',
      words: 'Fits lists called rainy sunday',
    })
    expect(reasonLine(reason('One of the most popular artists here', { seeds: [] })).lead).toBeNull()
  })
  it('says of a popular song that it is popular, and leaves the advice to the note above the list', () => {
    const popular = reason('Popular here: like some songs and this list becomes yours', { seeds: [], space: 'popular' })
    expect(reasonLine(popular).words).toBe('Popular here')
  })
  it('starts the sentence where one seed is known from the line', () => {
    expect(alone(reasonLine(reason('Idrissa: in 2 playlists together')))).toBe('In 2 playlists together')
  })
})

describe('evidenceOf', () => {
  it('counts playlists and names what is near', () => {
    expect(evidenceOf(reason('x', { together_in: 1, near_in: ['valence', 'tempo'] }))).toEqual({
      together: '1 playlist',
      words: ['Close in mood and tempo.'],
    })
  })
  it('says what was placed, and by what', () => {
    const placed = reason('Idrissa: no listening data: placed by its artist')
    expect(isPlaced(placed)).toBe(true)
    expect(evidenceOf(placed).words[0]).toBe('No listening data, placed by its artist.')
    expect(reasonLine(placed).words).toBe('no listening data, placed by its artist')
  })
})

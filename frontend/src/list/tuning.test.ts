import { describe, expect, it } from 'vitest'
import { DIALS, dialWord, RANGES, type RangeWords, rangeOf, rangeWords } from './tuning'

const [novelty, popularity] = DIALS as [(typeof DIALS)[0], (typeof DIALS)[0]]
const tempo = RANGES.find(({ name }) => name === 'tempo') as RangeWords
const energy = RANGES.find(({ name }) => name === 'energy') as RangeWords

describe('dialWord', () => {
  it.each([
    [50, 'Middle'],
    [64, 'A little newer'],
    [78, 'Newer'],
    [90, 'New'],
    [0, 'Familiar'],
  ])('says %i as %s', (value, word) => expect(dialWord(novelty, value)).toBe(word))
  it('says the ends by their names', () => expect(dialWord(popularity, 18)).toBe('Deep cuts'))
})

describe('ranges', () => {
  it('reads with their units', () => {
    expect(rangeWords(tempo, { min: 85, max: 140 })).toBe('85 to 140 BPM')
    expect(rangeWords(energy, { min: 0.2, max: 0.75 })).toBe('0.20 to 0.75')
    expect(rangeWords(tempo, { min: 85 })).toBe('from 85 BPM')
    expect(rangeWords(tempo, undefined)).toBe('Any')
  })
  it('does not bound at the end of the rail, so that songs without a value stay', () => {
    expect(rangeOf(tempo, 40, 140)).toEqual({ max: 140 })
    expect(rangeOf(tempo, 40, 220)).toEqual({})
  })
})

import { describe, expect, it } from 'vitest'
import { homeKey, type KeyShare, keyName, placeOf, sectors } from './circleOfFifths'

const key = (pitch: number, mode: number, more: Partial<KeyShare> = {}): KeyShare => ({
  key: pitch,
  mode,
  n: 10,
  share: 0.1,
  catalogue_share: 0.1,
  lift: 1,
  claim: 'typical',
  ...more,
})

describe('circle of fifths', () => {
  it('goes by fifths from C, each minor key below its relative major', () => {
    expect([0, 7, 2, 9, 4, 11].map((pitch) => placeOf(pitch, 1))).toEqual([0, 1, 2, 3, 4, 5])
    expect(placeOf(9, 0)).toBe(placeOf(0, 1))
    expect(placeOf(11, 0)).toBe(placeOf(2, 1))
  })

  it('names keys', () => {
    expect(keyName(key(2, 1))).toBe('D major')
    expect(keyName(key(6, 0))).toBe('F♯ minor')
    expect(keyName(key(10, 1))).toBe('B♭ major')
  })

  it('has no home key without a claim', () => {
    expect(homeKey([key(0, 1, { lift: 3 })])).toBeNull()
    const claimed = [key(0, 1, { lift: 1.4, claim: 'higher' }), key(2, 1, { lift: 1.9, claim: 'higher' })]
    expect(homeKey(claimed)?.key).toBe(2)
  })

  it('draws no ink for keys with few songs, and at most .34', () => {
    const [few, much] = sectors([key(0, 1, { n: 7, lift: 9 }), key(2, 1, { lift: 9 })])
    expect(few).toMatchObject({ ink: 0, sure: false })
    expect(much).toMatchObject({ ink: 0.34, sure: true, name: 'D' })
  })
})

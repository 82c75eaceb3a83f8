import { describe, expect, it } from 'vitest'
import { byStrength, decadesSay, driftSays, featureSays, languagesSay, moodSays } from './sentences'

const portion = { n: 40, share: 0.41, catalogue_share: 0.29, lift: 1.41, claim: 'typical' as const }

describe('sentences of a report', () => {
  it('claims only what the server claims', () => {
    expect(featureSays({ name: 'loudness', claim: 'lower', superiority: 34.4 })).toBe(
      'Mastered quieter than 7 in 10 songs here',
    )
    expect(featureSays({ name: 'energy', claim: 'typical', superiority: 71 })).toBe('Close to the catalogue’s middle')
    expect(featureSays({ name: 'energy', claim: 'insufficient', superiority: 90 })).toBe('Too few songs to compare')
  })

  it('puts claims first', () => {
    const features = [
      { name: 'energy', superiority: 20, claim: 'typical' },
      { name: 'loudness', superiority: 62, claim: 'higher' },
    ] as unknown as Parameters<typeof byStrength>[0]
    expect(byStrength(features).map(({ name }) => name)).toEqual(['loudness', 'energy'])
  })

  it('says the corner with its figure, and the catalogue only beside a claim', () => {
    expect(moodSays([{ ...portion, name: 'dark_intense' }])).toBe('41% of your songs are dark and intense.')
    expect(moodSays([{ ...portion, name: 'dark_intense', claim: 'higher' }])).toContain('in the catalogue 29%')
  })

  it('says decades by claim, else by the median year', () => {
    const era = { n: 100, median_year: 1988, catalogue_median_year: 2001, claim: 'typical' as const }
    expect(decadesSay({ era, decades: [] })).toBe(
      'Half of your songs came out before 1988; in the catalogue the middle is 2001.',
    )
    expect(decadesSay({ era, decades: [{ ...portion, decade: 1970, claim: 'higher' }] })).toBe(
      '41% came out in the 1970s, 1.4× the catalogue’s share.',
    )
  })

  it('says languages only where enough is known', () => {
    const coverage = { known: 75, of: 198, share: 0.38 }
    const items = [{ language: 'en', name: 'English', n: 74, share: 0.98 }]
    expect(languagesSay({ coverage, stated: false, items })).not.toContain('English')
    expect(languagesSay({ coverage, stated: true, items })).toContain('98% are in English')
  })

  it('does not see a change in what chance explains', () => {
    expect(driftSays({ claim: 'steady', p: 0.1, months: [] })).toContain('chance')
    expect(driftSays({ claim: 'insufficient', months: [] })).toContain('20 likes in each of three months')
  })
})

/** What a report may say of its figures. Below 20 songs nothing is compared; a claim is the server's, never the page's. */

import type { Report, Schemas } from '@/api/types'
import { homeKey, keyName } from '@/charts/circleOfFifths'
import { percent, times } from '@/charts/words'
import { monthName } from './period'

type Feature = Schemas['FeatureReport']
type Claim = Schemas['Claim']

interface FeatureWords {
  name: string
  higher: string
  lower: string
}

const FEATURES: Readonly<Record<string, FeatureWords>> = {
  energy: { name: 'Energy', higher: 'More energetic', lower: 'Calmer' },
  valence: { name: 'Mood', higher: 'Brighter', lower: 'Darker' },
  danceability: { name: 'Danceability', higher: 'More danceable', lower: 'Less danceable' },
  acousticness: { name: 'Acousticness', higher: 'More acoustic', lower: 'More electric' },
  instrumentalness: { name: 'Instrumental', higher: 'More instrumental', lower: 'More sung' },
  liveness: { name: 'Liveness', higher: 'More live', lower: 'More of the studio' },
  speechiness: { name: 'Speech', higher: 'Wordier', lower: 'Fewer spoken words' },
  loudness: { name: 'Loudness', higher: 'Mastered louder', lower: 'Mastered quieter' },
}

export const featureName = (name: string): string => FEATURES[name]?.name ?? name
export const isClaim = (claim: Claim | undefined): boolean => claim === 'higher' || claim === 'lower'

/** "Mastered quieter than 7 in 10 songs here", "Close to the catalogue's middle". */
export function featureSays({ name, claim, superiority }: Pick<Feature, 'name' | 'claim' | 'superiority'>): string {
  const words = FEATURES[name]
  if (claim === 'insufficient' || claim === undefined) return 'Too few songs to compare'
  if (claim === 'typical' || !words) return 'Close to the catalogue’s middle'
  return `${words[claim]} than ${inTen(superiority ?? 50)} in 10 songs here`
}

const inTen = (superiority: number): number => Math.round(Math.max(superiority, 100 - superiority) / 10)

/** Claims first, the strongest difference first; then the rest likewise. */
export function byStrength(features: readonly Feature[]): Feature[] {
  const away = (feature: Feature) => Math.abs((feature.superiority ?? 50) - 50) + (isClaim(feature.claim) ? 100 : 0)
  return [...features].sort((a, b) => away(b) - away(a))
}

export function decadesSay({ era, decades }: Pick<Report, 'era' | 'decades'>): string {
  const more = decades.filter(({ claim }) => claim === 'higher').sort((a, b) => (b.lift ?? 0) - (a.lift ?? 0))[0]
  const middle = era.median_year ? `Half of your songs came out before ${era.median_year}` : ''
  if (more)
    return `${percent(more.share)} came out in the ${more.decade}s, ${times(more.lift ?? 0)} the catalogue’s share.`
  if (era.catalogue_median_year && middle)
    return `${middle}; in the catalogue the middle is ${era.catalogue_median_year}.`
  return middle ? `${middle}.` : 'No release years are known.'
}

export function keysSay(keys: Report['keys']): string {
  const home = homeKey(keys)
  if (home) return `${keyName(home)} turns up ${times(home.lift ?? 0)} as often as in the catalogue.`
  return 'No key stands out from the catalogue.'
}

const CORNERS: Readonly<Record<Schemas['Quadrant']['name'], string>> = {
  bright_lively: 'bright and lively',
  dark_intense: 'dark and intense',
  dark_calm: 'dark and calm',
  bright_calm: 'bright and calm',
}
export const cornerName = (name: Schemas['Quadrant']['name']): string => CORNERS[name].replace(' and', ',')

export function moodSays(shares: readonly Schemas['Quadrant'][]): string {
  const claimed = shares.filter(({ claim }) => claim === 'higher')
  const largest = [...(claimed.length ? claimed : shares)].sort((a, b) => b.share - a.share)[0]
  if (!largest) return 'No song here has its mood and energy measured.'
  const rest = largest.claim === 'higher' ? `; in the catalogue ${percent(largest.catalogue_share)}` : ''
  return `${percent(largest.share)} of your songs are ${CORNERS[largest.name]}${rest}.`
}

export function tempoSays({ band, n }: Pick<Report['tempo'], 'band' | 'n'>): string {
  if (!band) return 'Too few songs have a tempo to say where they sit.'
  const [low, high] = band as unknown as [number, number]
  return `Half of ${n} songs sit at ${Math.round(low)} to ${Math.round(high)} BPM, halved or doubled into 70 to 140.`
}

export function spreadSays({ artists, n, claim }: Report['diversity']): string {
  const tracks = `${n} songs by ${artists} artists`
  if (claim === 'higher') return `${tracks}: spread wider than songs drawn at random.`
  if (claim === 'lower') return `${tracks}: closer together than songs drawn at random.`
  return claim === 'typical' ? `${tracks}: spread like songs drawn at random.` : `${tracks}.`
}

export function popularitySays({ claim, superiority, bottom_half: half }: Report['mainstream']): string {
  const lesser = typeof half === 'number' ? ` ${percent(half)} are in the catalogue’s lesser-known half.` : ''
  if (claim === 'higher') return `Better known than ${inTen(superiority ?? 50)} in 10 songs here.${lesser}`
  if (claim === 'lower') return `Less known than ${inTen(superiority ?? 50)} in 10 songs here.${lesser}`
  return `As well known as the catalogue’s songs.${lesser}`
}

export function genresSay({ coverage, items }: Report['genres']): string {
  const first = items[0]
  if (!first) return 'None of your songs has a genre here.'
  const known = coverage.known < coverage.of ? `, of the ${coverage.known} of ${coverage.of} whose genre is known` : ''
  return `${percent(first.share)} are ${first.name}${known}. A song may have several genres.`
}

export function languagesSay({ coverage, stated, items }: Report['languages']): string {
  const known = `${coverage.known} of ${coverage.of} titles`
  const first = items[0]
  if (!stated || !first) return `The language of ${known} is known: too few to say more.`
  return `${percent(first.share)} are in ${first.name}, of the ${known} whose language is known.`
}

export function driftSays({ claim, direction, p, months }: Report['drift']): string {
  const first = months[0]
  if (claim === 'changed' && direction && first)
    return `Your newer likes are ${direction} since ${monthName(first.month)}.`
  if (claim === 'steady') return `No change that chance does not explain${p ? ` (p = ${p.toFixed(2)})` : ''}.`
  return 'It takes 20 likes in each of three months to see a change.'
}

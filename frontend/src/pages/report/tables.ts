/** The figures behind each part of a report as tables: behind "Show as table", and all of them under "Full data". */

import type { Report, Schemas } from '@/api/types'
import { keyName } from '@/charts/circleOfFifths'
import type { TableData } from '@/charts/FigureTable'
import { bounds, figure, percent, times } from '@/charts/words'
import { capital } from '@/words/numbers'
import { monthName, periodName } from './period'
import { cornerName, featureName } from './sentences'

interface Portion {
  n: number
  share: number
  catalogue_share: number
  lift?: number | null
  claim?: Schemas['Claim']
}

const CLAIMS: Readonly<Record<Schemas['Claim'], string>> = {
  higher: 'more often',
  lower: 'less often',
  typical: 'could be chance',
  insufficient: 'too few',
}
const PORTION = ['Songs', 'Yours', 'Catalogue', 'Ratio', 'Against chance'] as const
const portion = ({ n, share, catalogue_share, lift, claim }: Portion): string[] => [
  String(n),
  percent(share),
  percent(catalogue_share),
  lift ? times(lift) : '–',
  CLAIMS[claim ?? 'insufficient'],
]

const interval = (ci: unknown): string => (Array.isArray(ci) ? bounds(ci as number[]) : '–')
const decimals = (unit: string): number => (unit === '0 to 1' ? 2 : 1)

export const featureTable = (features: Report['features']): TableData => ({
  caption: 'Your songs against the catalogue, by audio feature',
  headings: ['Feature', 'Beats a random song', '95% interval', 'Your median', 'Catalogue', 'Songs'],
  rows: features.map(({ name, unit, superiority, ci, median, catalogue_median, n }) => [
    featureName(name),
    superiority === null || superiority === undefined ? '–' : `${figure(superiority)} of 100`,
    interval(ci),
    figure(median, decimals(unit)),
    figure(catalogue_median, decimals(unit)),
    String(n),
  ]),
})

export const decadeTable = (decades: Report['decades']): TableData => ({
  caption: 'Share of your songs by decade, and the catalogue’s',
  headings: ['Decade', ...PORTION],
  rows: decades.map((decade) => [`${decade.decade}s`, ...portion(decade)]),
})

export const keyTable = (keys: Report['keys']): TableData => ({
  caption: 'Share of your songs by key, and the catalogue’s',
  headings: ['Key', ...PORTION],
  rows: keys.map((key) => [keyName(key), ...portion(key)]),
})

export const moodTable = (mood: Report['mood']): TableData => ({
  caption: 'Share of your songs in each corner of mood and energy, and the catalogue’s',
  headings: ['Corner', ...PORTION],
  rows: mood.shares.map((quadrant) => [capital(cornerName(quadrant.name)), ...portion(quadrant)]),
})

export const tempoTable = (tempo: Report['tempo']): TableData => ({
  caption: 'Share of your songs by tempo, and the catalogue’s',
  headings: ['Tempo', 'Songs', 'Yours', 'Catalogue'],
  rows: tempo.bins.map(({ low, high, n, share, catalogue_share }) => [
    `${low} to ${high} BPM`,
    String(n),
    percent(share),
    percent(catalogue_share),
  ]),
})

export const genreTable = (genres: Report['genres']): TableData => ({
  caption: 'Share of your songs by genre, and the catalogue’s',
  headings: ['Genre', ...PORTION],
  rows: genres.items.map((genre) => [genre.name, ...portion(genre)]),
})

export const languageTable = ({ items, coverage }: Report['languages']): TableData => ({
  caption: `Languages of titles, known for ${coverage.known} of ${coverage.of}`,
  headings: ['Language', 'Songs', 'Share of the known'],
  rows: items.map(({ name, n, share }) => [name, String(n), percent(share)]),
})

export const driftTable = (drift: Report['drift']): TableData => ({
  caption: 'Mean mood and energy of the likes of each month with 20 or more',
  headings: ['Month', 'Songs', 'Mood', 'Energy'],
  rows: drift.months.map(({ month, n, valence, energy }) => [
    `${monthName(month)} ${month.slice(0, 4)}`,
    String(n),
    valence.toFixed(2),
    energy.toFixed(2),
  ]),
})

const sideTable = (clusters: Report['clusters']): TableData => ({
  caption: 'Sides of your taste',
  headings: ['Side', 'Songs', 'Share', 'Such as'],
  rows: clusters.map(({ label, n, share, tracks }) => [label, String(n), percent(share), tracks[0]?.title ?? '–']),
})

export const spreadTable = ({ diversity, mainstream }: Pick<Report, 'diversity' | 'mainstream'>): TableData => ({
  caption: 'How far your songs spread and how well known they are',
  headings: ['Measure', 'Value', 'Compared with', 'Songs'],
  rows: [
    ['Artists', String(diversity.artists), '–', String(diversity.n)],
    ['Evenness of artists', figure(diversity.evenness, 2), '1 = each song by another', String(diversity.n)],
    [
      'Mean cosine of all pairs',
      figure(diversity.mean_cosine, 3),
      `${figure(diversity.random_mean, 3)} ± ${figure(diversity.random_sd, 4)} at random`,
      String(diversity.n_with_vector),
    ],
    [
      'Better known than a random song',
      `${figure(mainstream.superiority)} of 100`,
      `interval ${interval(mainstream.ci)}`,
      String(mainstream.n),
    ],
    [
      'In the lesser-known half',
      mainstream.bottom_half == null ? '–' : percent(mainstream.bottom_half),
      '50% at random',
      String(mainstream.n),
    ],
  ],
})

const headlineTable = (headlines: Report['headlines']): TableData => ({
  caption: 'Headlines and what they rest on',
  headings: ['Headline', 'Says', 'Confidence', 'From'],
  rows: headlines.map(({ title, text, confidence, evidence }) => [
    title,
    text,
    confidence == null ? 'compares nothing' : confidence.toFixed(4),
    evidence,
  ]),
})

const countTable = (report: Report): TableData => ({
  caption: 'What the report is made from',
  headings: ['Count', 'Value'],
  rows: [
    ['Period', periodName(report.period)],
    ['Likes of the period', String(report.n_likes)],
    ['Of them in the release', String(report.n_in_release)],
    ['Of them with audio features', String(report.n_with_features)],
    ['Artists', String(report.n_artists)],
    ['Songs compared with', String(report.catalogue_size)],
    ['Release', report.catalogue_version],
    ['Rules', report.model_version],
  ],
})

/** Every table of a report that has rows. */
export const allTables = (report: Report): TableData[] =>
  [
    countTable(report),
    headlineTable(report.headlines),
    featureTable(report.features),
    decadeTable(report.decades),
    keyTable(report.keys),
    tempoTable(report.tempo),
    moodTable(report.mood),
    genreTable(report.genres),
    languageTable(report.languages),
    sideTable(report.clusters),
    driftTable(report.drift),
    spreadTable(report),
  ].filter(({ rows }) => rows.length > 0)

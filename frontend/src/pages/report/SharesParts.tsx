import type { Report } from '@/api/types'
import { ChartFrame } from '@/charts/ChartFrame'
import { Legend } from '@/charts/Legend'
import { ShareBars } from '@/charts/ShareBars'
import { decadesSay, genresSay, isClaim, languagesSay } from './sentences'
import { decadeTable, genreTable, languageTable } from './tables'

export function DecadesPart({ report }: { report: Pick<Report, 'decades' | 'era'> }) {
  const rows = report.decades.map(({ decade, share, catalogue_share, claim }) => ({
    name: `${decade}s`,
    share,
    catalogue: catalogue_share,
    claimed: isClaim(claim),
  }))
  return (
    <ChartFrame
      title="Decades"
      says={decadesSay(report)}
      table={decadeTable(report.decades)}
      foot={<SharesLegend n={report.era.n} />}
    >
      <ShareBars caption="Share of your songs by decade, and the catalogue’s" heading="Decade" rows={rows} />
    </ChartFrame>
  )
}

const SharesLegend = ({ n }: { n: number }) => (
  <Legend
    items={[
      ['bar', `your songs (${n})`],
      ['chance', 'could be chance'],
      ['outline', 'catalogue'],
    ]}
  />
)

const MOST_GENRES = 8

export function GenresPart({ genres }: { genres: Report['genres'] }) {
  const rows = genres.items.slice(0, MOST_GENRES).map(({ name, share, catalogue_share, claim }) => ({
    name,
    share,
    catalogue: catalogue_share,
    claimed: isClaim(claim),
  }))
  return (
    <ChartFrame
      title="Genres"
      says={genresSay(genres)}
      table={genreTable(genres)}
      foot={<SharesLegend n={genres.coverage.known} />}
    >
      <ShareBars caption="Share of your songs by genre, and the catalogue’s" heading="Genre" rows={rows} wideNames />
    </ChartFrame>
  )
}

/** Only where the language of at least 60 % of the titles is known; what is not known is a bar of its own. */
export function LanguagesPart({ languages }: { languages: Report['languages'] }) {
  const { coverage, stated, items } = languages
  if (!coverage.of) return null
  const known = items.map(({ name, n }) => ({ name, share: n / coverage.of, claimed: true }))
  const rows = [...(stated ? known : []), { name: 'Not known', share: 1 - coverage.share }]
  return (
    <ChartFrame title="Languages" says={languagesSay(languages)} table={languageTable(languages)}>
      <ShareBars caption="Languages of your songs’ titles" heading="Language" rows={rows} wideNames />
    </ChartFrame>
  )
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '@/components/button/Button'
import { ChipRadios } from '@/components/chip/Chip'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { LinesHead } from '@/components/track-line/TrackLine'
import { count } from '@/words/dates'
import { FoundArtists } from './FoundArtists'
import { FoundTracks } from './FoundTracks'
import { artistsOf, namesOf, type Reading, readingOf } from './matches'
import { artistTracksQuery, releaseQuery, tracksQuery } from './queries'
import styles from './SearchPage.module.css'
import { SHOWN, type Shown, shownOf } from './shown'

interface Props {
  q: string
  onClear: () => void
}

/** What was found, how the words were read, and which part of it is shown. */
export function Results({ q, onClear }: Props) {
  const query = useInfiniteQuery(tracksQuery(q))
  const byArtist = useQuery(artistTracksQuery(q))
  const shown = shownOf(useSearch({ from: '/search' }).in)
  const navigate = useNavigate({ from: '/search' })
  if (query.error && !query.data)
    return <Failure error={query.error} what="The search failed." retry={() => void query.refetch()} />
  const choose = (value: Shown) =>
    void navigate({ search: (old) => ({ ...old, in: value === 'all' ? undefined : value }), replace: true })
  const chips = <ChipRadios label="What to show" options={SHOWN} value={shown} onChange={choose} />
  if (!query.data) return <Awaited>{chips}</Awaited>
  const tracks = query.data.pages.flatMap(({ items }) => items)
  if (tracks.length === 0 && !query.isPlaceholderData) return <NoHit q={q} onClear={onClear} />
  const others = byArtist.data?.items ?? []
  const reading = readingOf(q, namesOf([...tracks, ...others]))
  const artists = artistsOf([...others, ...tracks], reading.words)
  return (
    <>
      <Said q={q} reading={reading} />
      {chips}
      <div className={styles.split} data-one={shown !== 'all' || artists.length === 0 || undefined}>
        {shown === 'artists' ? null : <FoundTracks query={query} tracks={tracks} words={reading.words} shown={shown} />}
        {shown === 'artists' || (shown === 'all' && artists.length > 0) ? (
          <FoundArtists artists={artists} words={reading.words} />
        ) : null}
      </div>
    </>
  )
}

const Awaited = ({ children }: { children: ReactNode }) => (
  <>
    <p className={styles.said} />
    {children}
    <div className={styles.split}>
      <div>
        <LinesHead>Songs</LinesHead>
        <TrackRowBones compact />
      </div>
    </div>
  </>
)

function Said({ q, reading }: { q: string; reading: Reading }) {
  return (
    <p className={`small soft ${styles.said}`} role="status">
      {reading.corrected ? (
        <>
          Nothing is called “<bdi>{q}</bdi>”. These are for <b>{reading.words.join(' ')}</b>.
        </>
      ) : null}
    </p>
  )
}

function NoHit({ q, onClear }: Props) {
  const release = useQuery(releaseQuery)
  const tracks = release.data?.counts.tracks
  return (
    <div role="status">
      <Empty title={`Nothing is called “${q}”`} action={<Button onClick={onClear}>Look for something else</Button>}>
        Nothing near it either, in {tracks ? `${count(tracks)} songs` : 'all songs here'} and their artists.
      </Empty>
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { asProblem } from '@/api/problem'
import type { Schemas } from '@/api/types'
import { ButtonLink } from '@/components/button/Button'
import { Section } from '@/components/layout/PageHead'
import { Shelf } from '@/components/shelf/Shelf'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Cover } from '@/covers/Cover'
import { ArtistHead } from './ArtistHead'
import styles from './ArtistPage.module.css'
import { HowTheySound } from './HowTheySound'
import { queries } from './queries'
import { recordsOf } from './records'
import { SimilarArtists } from './SimilarArtists'
import { Tracks } from './Tracks'

/** One artist: records, songs, how they sound, and who stands near. */
export function ArtistPage() {
  const { id } = useParams({ from: '/artist/$id' })
  const { data: artist, error, isPending, refetch } = useQuery(queries.artist(id))
  if (isPending) return <TrackRowBones />
  if (!artist) return <NotShown error={error} retry={() => void refetch()} />
  return <Shown key={artist.id} artist={artist} />
}

function Shown({ artist }: { artist: Schemas['ArtistFound'] }) {
  const records = recordsOf(artist.top_tracks)
  return (
    <>
      <ArtistHead artist={artist} />
      <div className={styles.split}>
        <Tracks artist={artist} />
        <HowTheySound tracks={artist.top_tracks} />
      </div>
      {records.length > 1 ? (
        <Section title="Records">
          <Shelf label="Records" still>
            {records.map(({ name, year, track }) => (
              <li key={name}>
                <Cover track={track} />
                <p className="small name">
                  <bdi>{name}</bdi>
                </p>
                <p className="micro dim num">{year}</p>
              </li>
            ))}
          </Shelf>
        </Section>
      ) : null}
      <SimilarArtists id={artist.id} />
    </>
  )
}

function NotShown({ error, retry }: { error: unknown; retry: () => void }) {
  const { status } = asProblem(error)
  if (status !== 404 && status !== 422) return <Failure error={error} what="The artist did not load." retry={retry} />
  return (
    <Empty
      as="h1"
      title="This artist is not here"
      action={
        <ButtonLink kind="solid" to="/search">
          Find an artist
        </ButtonLink>
      }
    >
      The address names no artist of this catalogue.
    </Empty>
  )
}

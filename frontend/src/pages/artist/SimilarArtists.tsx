import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Section } from '@/components/layout/PageHead'
import { Shelf } from '@/components/shelf/Shelf'
import { Failure } from '@/components/states/Failure'
import { Cover } from '@/covers/Cover'
import { queries } from './queries'

/** Artists whose songs are near, each as the round cover of its nearest song. */
export function SimilarArtists({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(queries.similar(id))
  if (error) return <Failure error={error} what="Artists near them did not load." retry={() => void refetch()} />
  if (!data || data.items.length === 0) return null
  return (
    <Section title="Beside them in playlists">
      <Shelf label="Similar artists">
        {data.items.map(({ artist, tracks }) => (
          <li key={artist.id}>
            <Link to="/artist/$id" params={{ id: artist.id }}>
              {tracks[0] ? <Cover track={tracks[0]} round /> : null}
              <p className="small name">
                <bdi>{artist.name}</bdi>
              </p>
              <p className="micro dim">{tracks[0]?.genres?.at(-1)}</p>
            </Link>
          </li>
        ))}
      </Shelf>
    </Section>
  )
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/types'
import { Button } from '@/components/button/Button'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { counted } from '@/words/dates'
import styles from './connect.module.css'
import { libraryQuery, linkQuery, tracksQuery } from './queries'

/** Songs liked at Spotify: shown, with a way to the same song here. They count only where the operator lets them. */
export function Liked() {
  const state = useQuery(linkQuery).data?.state
  const linked = state !== undefined && state !== 'not_connected' && state !== 'not_configured'
  const library = useQuery({ ...libraryQuery, enabled: linked }).data
  const read = (linked && library?.synced_at) || null
  const query = useInfiniteQuery({
    ...tracksQuery,
    queryKey: [...tracksQuery.queryKey, read] as unknown as typeof tracksQuery.queryKey,
    enabled: Boolean(read && library?.liked),
  })
  if (!read || !library?.liked) return null
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? []
  const intro = library.counts_for_taste
    ? 'Those that are in the catalogue count as your likes.'
    : 'They are shown, not counted: open one and like it here, and it shapes your lists.'
  return (
    <Section title={`${counted(library.liked, 'song')} liked at Spotify`} intro={intro}>
      {query.error ? (
        <Failure error={query.error} what="They did not load." retry={() => void query.refetch()} />
      ) : null}
      <ul className={styles.tracks} aria-label="Liked at Spotify">
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </Section>
  )
}

const Row = ({ row }: { row: Schemas['SpotifyTrack'] }) => (
  <li>
    <div>
      <p className={styles.title}>
        {row.track ? (
          <Link to="/track/$id" params={{ id: row.track }}>
            <bdi>{row.title}</bdi>
          </Link>
        ) : (
          <bdi>{row.title}</bdi>
        )}
      </p>
      <p className="small soft">
        <bdi>{row.artists.join(', ')}</bdi>
        {row.track ? null : ' · not in the catalogue'}
      </p>
    </div>
    <a className={`small ${styles.out}`} href={row.url} target="_blank" rel="noreferrer">
      Spotify<span className="sr"> page of {row.title}</span>
    </a>
  </li>
)

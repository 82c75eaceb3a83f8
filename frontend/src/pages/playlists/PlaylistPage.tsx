import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import { asProblem } from '@/api/problem'
import { useSession } from '@/api/session'
import { Button, ButtonLink } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Opening } from '@/components/states/Opening'
import { TrackRowBones } from '@/components/states/Skeleton'
import { playlistQuery, whole } from '@/playlists/queries'
import { AddTracks } from './AddTracks'
import { ForGuests } from './ForGuests'
import { LeadsOn } from './LeadsOn'
import { PlaylistHead } from './PlaylistHead'
import styles from './playlists.module.css'
import { TrackOrder } from './TrackOrder'

/** One playlist: its songs in order, and what goes on from them. */
export function PlaylistPage() {
  const { id } = useParams({ from: '/playlists/$id' })
  const { kind } = useSession()
  if (kind === 'guest')
    return (
      <>
        <h1 className="sr">Playlist</h1>
        <ForGuests />
      </>
    )
  return <Opening>{kind === 'signed' ? <Loaded key={id} id={id} /> : <Bones />}</Opening>
}

function Loaded({ id }: { id: string }) {
  const query = useInfiniteQuery(playlistQuery(id))
  const onward = useRef<HTMLHeadingElement>(null)
  if (query.isPending) return <Bones />
  if (!query.data) return <NotShown error={query.error} retry={() => void query.refetch()} />
  const { playlist, items } = whole(query.data)
  const goOn = () => {
    onward.current?.scrollIntoView({ block: 'start' })
    onward.current?.focus({ preventScroll: true })
  }
  return (
    <>
      <title>{`${playlist.name} · Segue`}</title>
      <PlaylistHead playlist={playlist} items={items} onContinue={goOn} />
      {query.error ? (
        <Failure error={query.error} what="The newest state did not load." retry={() => void query.refetch()} />
      ) : null}
      <div className={styles.halves}>
        <section aria-label="Songs">
          <h2 className={`head ${styles.tracksHead}`}>Songs</h2>
          {items.length ? (
            <TrackOrder playlist={playlist} items={items} />
          ) : (
            <p className="soft">No song yet. Name the first one.</p>
          )}
          {query.hasNextPage ? (
            <Button className={styles.more} busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              More songs
            </Button>
          ) : null}
          <AddTracks id={playlist.id} />
        </section>
        {items.length ? <LeadsOn playlist={playlist} items={items} heading={onward} /> : null}
      </div>
    </>
  )
}

const Bones = () => (
  <>
    <h1 className="sr">Playlist</h1>
    <TrackRowBones rows={8} />
  </>
)

function NotShown({ error, retry }: { error: unknown; retry: () => void }) {
  const { status } = asProblem(error)
  if (status !== 404 && status !== 422)
    return (
      <>
        <h1 className="sr">Playlist</h1>
        <Failure error={error} what="The playlist did not load." retry={retry} />
      </>
    )
  return (
    <Empty
      as="h1"
      title="This playlist is not here"
      action={
        <ButtonLink kind="solid" to="/playlists">
          Your playlists
        </ButtonLink>
      }
    >
      It was deleted, or it is somebody else’s.
    </Empty>
  )
}

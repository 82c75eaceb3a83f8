import { IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSession } from '@/api/session'
import { Button } from '@/components/button/Button'
import { PageHead } from '@/components/layout/PageHead'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Opening } from '@/components/states/Opening'
import { TrackRowBones } from '@/components/states/Skeleton'
import { create } from '@/playlists/changes'
import { coverQuery, type PlaylistSummary, playlistsQuery } from '@/playlists/queries'
import { ago, counted } from '@/words/dates'
import { DetailsForm } from './DetailsForm'
import { ForGuests } from './ForGuests'
import { FourCovers } from './FourCovers'
import styles from './playlists.module.css'

/** The person's playlists, and a new one. */
export function PlaylistsPage() {
  const { kind } = useSession()
  const [making, setMaking] = useState(false)
  const navigate = useNavigate()
  const lists = useInfiniteQuery({ ...playlistsQuery, enabled: kind === 'signed' })
  const some = lists.data?.pages.some(({ items }) => items.length > 0)
  const make = async (name: string, description: string) => {
    const { id } = await create(name, description)
    await navigate({ to: '/playlists/$id', params: { id } })
  }
  return (
    <>
      <PageHead title="Playlists" lead="Yours alone. Each can be put in order, taken elsewhere, and gone on with.">
        {some && !making ? (
          <Button icon={<IconPlus size={20} stroke={1.6} />} onClick={() => setMaking(true)}>
            New playlist
          </Button>
        ) : null}
      </PageHead>
      {making ? <DetailsForm words="Make it" onSave={make} onClose={() => setMaking(false)} /> : null}
      {kind === 'guest' ? (
        <ForGuests />
      ) : (
        <Opening>{kind === 'signed' ? <Lists onMake={() => setMaking(true)} /> : <TrackRowBones />}</Opening>
      )}
    </>
  )
}

function Lists({ onMake }: { onMake: () => void }) {
  const query = useInfiniteQuery(playlistsQuery)
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query
  if (isPending) return <TrackRowBones rows={4} />
  if (!data) return <Failure error={error} what="Your playlists did not load." retry={() => void refetch()} />
  const lists = data.pages.flatMap(({ items }) => items)
  return (
    <>
      {error ? <Failure error={error} what="Not all of them loaded." retry={() => void refetch()} /> : null}
      {lists.length ? (
        <ul className={styles.lists} aria-label="Playlists">
          {lists.map((list) => (
            <ListLine key={list.id} list={list} />
          ))}
        </ul>
      ) : (
        <NoneYet onMake={onMake} />
      )}
      {hasNextPage ? (
        <Button className={styles.more} busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Earlier playlists
        </Button>
      ) : null}
    </>
  )
}

function ListLine({ list }: { list: PlaylistSummary }) {
  const { data: tracks = [] } = useQuery({ ...coverQuery(list), enabled: list.track_count > 0 })
  return (
    <li className={styles.listLine}>
      <FourCovers tracks={tracks} className={styles.small} />
      <div>
        <h2 className={styles.listName}>
          <Link to="/playlists/$id" params={{ id: list.id }}>
            <bdi>{list.name}</bdi>
          </Link>
        </h2>
        {list.description ? (
          <p className="small soft cut">
            <bdi>{list.description}</bdi>
          </p>
        ) : null}
        <p className="micro dim num">
          {counted(list.track_count, 'song')}, changed {ago(list.changed_at)}
        </p>
      </div>
    </li>
  )
}

const NoneYet = ({ onMake }: { onMake: () => void }) => (
  <Empty
    title="No playlist yet"
    action={
      <Button kind="solid" onClick={onMake}>
        Make one
      </Button>
    }
  >
    Name it, add a few songs, and it goes on from there.
  </Empty>
)

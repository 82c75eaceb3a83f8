import { IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { SegueIcon } from '@/app/Mark'
import { ButtonLink } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Artists } from '@/components/track-row/TrackRow'
import { Cover } from '@/covers/Cover'
import { OpinionButtons } from '@/feedback/OpinionButtons'
import { useTracks } from '@/list/tracks'
import styles from './Panel.module.css'

interface Props {
  id: string
  /** What its neighbourhood is called; null when it is not on the map. */
  place: string | null
  onClose: () => void
}

/** The song that was picked: cover, names, opinions, and a list from it. */
export function TrackCard({ id, place, onClose }: Props) {
  const query = useTracks([id])
  const track = query.data?.[0]
  return (
    <section className={styles.panel} aria-label="Picked song" data-keep="">
      <div className={styles.head}>
        <p className="micro soft">{place === null ? 'Not on the map' : place}</p>
        <IconButton label="Close" onClick={onClose}>
          <IconX size={20} stroke={1.6} />
        </IconButton>
      </div>
      {query.isError ? <Failure error={query.error} what="The song could not be read." retry={query.refetch} /> : null}
      {query.isPending ? <TrackRowBones rows={1} /> : null}
      {query.data && !track ? <p className="small">This song is not in the catalogue.</p> : null}
      {track ? (
        <>
          <div className={styles.track}>
            <Cover track={track} size={72} />
            <div className={styles.words}>
              <h2 className={styles.title}>
                <Link to="/track/$id" params={{ id: track.id }}>
                  <bdi>{track.title}</bdi>
                </Link>
              </h2>
              <p className="small soft">
                <Artists track={track} />
                {track.year ? <span className="num"> · {track.year}</span> : null}
              </p>
            </div>
          </div>
          {place === null ? <p className="small soft">No playlist says yet where it belongs.</p> : null}
          <div className={styles.actions}>
            <ButtonLink kind="solid" to="/recommend" search={{ seeds: track.id }} icon={<SegueIcon />}>
              Start from this
            </ButtonLink>
            <OpinionButtons track={track} />
          </div>
        </>
      ) : null}
    </section>
  )
}

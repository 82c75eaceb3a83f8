import { IconHeart, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Track } from '@/api/types'
import { SegueIcon } from '@/app/Mark'
import { ButtonLink } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Cover } from '@/covers/Cover'
import { react } from '@/feedback/OpinionButtons'
import { useOpinion } from '@/feedback/opinions'
import { useTracks } from '@/list/tracks'
import { spread } from './lasso'
import styles from './Panel.module.css'
import { summary } from './summary'
import type { CatalogueMap } from './useMap'

const SHOWN = 5

interface Props {
  map: CatalogueMap
  rows: readonly number[]
  liked: readonly number[]
  onClose: () => void
}

/** The songs inside the lasso: how many, which they mostly are, the first of them, and a list from ten of them. */
export function Inside({ map, rows, liked, onClose }: Props) {
  const seeds = useMemo(() => spread(map.points, rows).map(map.ids.idOf), [map, rows])
  const query = useTracks(seeds.slice(0, SHOWN))
  const { title, text } = useMemo(() => summary(map, rows, liked), [map, rows, liked])
  return (
    <section className={styles.panel} aria-label="Chosen songs" data-keep="">
      <div className={styles.head}>
        <h2 className="head num">{title}</h2>
        <IconButton label="Drop the choice" onClick={onClose}>
          <IconX size={20} stroke={1.6} />
        </IconButton>
      </div>
      <p className="small soft num">{text}</p>
      {query.isError ? <Failure error={query.error} what="The songs could not be read." retry={query.refetch} /> : null}
      {query.isPending && rows.length ? <TrackRowBones rows={Math.min(SHOWN, rows.length)} /> : null}
      <ol className={styles.tracks}>
        {rows.length ? query.data?.map((track) => <TrackLink key={track.id} track={track} />) : null}
      </ol>
      {rows.length ? (
        <div className={styles.actions}>
          <ButtonLink kind="solid" to="/recommend" search={{ seeds: seeds.join(',') }} icon={<SegueIcon />}>
            Recommend from these
          </ButtonLink>
        </div>
      ) : null}
    </section>
  )
}

function TrackLink({ track }: { track: Track }) {
  const opinion = useOpinion(track)
  return (
    <li>
      <Cover track={track} size={44} />
      <div className={styles.words}>
        <p className="small name cut">
          <Link to="/track/$id" params={{ id: track.id }}>
            <bdi>{track.title}</bdi>
          </Link>
        </p>
        <p className="small soft cut">
          <bdi>{track.artists.map(({ name }) => name).join(', ')}</bdi>
        </p>
      </div>
      <IconButton
        label={`Like ${track.title}`}
        aria-pressed={opinion === 'like'}
        onClick={() => react(track, opinion === 'like' ? 'neutral' : 'like')}
      >
        <IconHeart size={20} stroke={1.6} />
      </IconButton>
    </li>
  )
}

import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, type Ref, useEffect, useMemo, useRef } from 'react'
import type { Track } from '@/api/types'
import { SegueIcon } from '@/app/Mark'
import { announce } from '@/components/announcer/announce'
import { ButtonLink } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Artists } from '@/components/track-row/TrackRow'
import { Cover } from '@/covers/Cover'
import { OpinionButtons } from '@/feedback/OpinionButtons'
import { useTracks } from '@/list/tracks'
import styles from './MapList.module.css'
import type { Direction } from './nearest'
import type { CatalogueMap } from './useMap'

const WAYS = [
  { direction: 'left', key: 'ArrowLeft', name: 'Left', Icon: IconArrowLeft },
  { direction: 'right', key: 'ArrowRight', name: 'Right', Icon: IconArrowRight },
  { direction: 'up', key: 'ArrowUp', name: 'Up', Icon: IconArrowUp },
  { direction: 'down', key: 'ArrowDown', name: 'Down', Icon: IconArrowDown },
] as const

interface Props {
  map: CatalogueMap
  row: number
  onRow: (row: number) => void
  ref?: Ref<HTMLElement>
}

/** Where you are: one song, and the nearest one in each of four directions. Arrow keys go there. */
export function Here({ map, row, onRow, ref }: Props) {
  const ways = useMemo(() => WAYS.map((way) => ({ ...way, to: map.places.neighbour(row, way.direction) })), [map, row])
  const rows = useMemo(() => [row, ...ways.flatMap(({ to }) => to ?? [])], [row, ways])
  const query = useTracks([...new Set(rows.map(map.ids.idOf))])
  const trackOf = (wanted: number | undefined) =>
    wanted === undefined ? undefined : query.data?.find(({ id }) => id === map.ids.idOf(wanted))
  const track = trackOf(row)
  useSpoken(track)

  const go = (direction: Direction) => {
    const to = map.places.neighbour(row, direction)
    if (to === undefined) announce('No song lies further that way.')
    else onRow(to)
  }
  const keys = (event: KeyboardEvent) => {
    const way = WAYS.find(({ key }) => key === event.key)
    if (!way) return
    event.preventDefault()
    go(way.direction)
  }
  return (
    <section
      ref={ref}
      className={styles.here}
      aria-label="Where you are. Arrow keys go to the nearest song in that direction."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys act here
      tabIndex={0}
      onKeyDown={keys}
    >
      {query.isError ? <Failure error={query.error} what="The song could not be read." retry={query.refetch} /> : null}
      {track ? <TrackLink track={track} /> : query.isError ? null : <TrackRowBones rows={1} />}
      <ul className={styles.ways}>
        {ways.map(({ direction, name, Icon, to }) => (
          <li key={direction}>
            <button type="button" aria-disabled={to === undefined} onClick={() => go(direction)}>
              <Icon size={20} stroke={1.6} aria-hidden="true" />
              <span className="micro soft">{name}</span>
              <bdi className="small name cut">{trackOf(to)?.title ?? (to === undefined ? 'Nothing further' : '')}</bdi>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Says the song's name when another one comes; the first is read with what has focus. */
function useSpoken(track: Track | undefined) {
  const last = useRef(track?.id)
  useEffect(() => {
    if (!track || last.current === track.id) return
    if (last.current) announce(`${track.title}, ${track.artists.map(({ name }) => name).join(', ')}`)
    last.current = track.id
  }, [track])
}

function TrackLink({ track }: { track: Track }) {
  return (
    <div className={styles.track}>
      <Cover track={track} size={72} />
      <div className={styles.words}>
        <h2 className="head">
          <Link to="/track/$id" params={{ id: track.id }}>
            <bdi>{track.title}</bdi>
          </Link>
        </h2>
        <p className="small soft">
          <Artists track={track} />
        </p>
      </div>
      <div className={styles.actions}>
        <ButtonLink kind="solid" to="/recommend" search={{ seeds: track.id }} icon={<SegueIcon />}>
          Start from this
        </ButtonLink>
        <OpinionButtons track={track} />
      </div>
    </div>
  )
}

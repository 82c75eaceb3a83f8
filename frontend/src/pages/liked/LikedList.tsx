import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Track } from '@/api/types'
import { TrackFace } from '@/components/track-line/TrackLine'
import { LikeButton } from '@/feedback/LikeButton'
import { playTracks } from '@/player/queue'
import { count, counted } from '@/words/dates'
import styles from './LikedPage.module.css'
import { dayOf, type Like, type Line } from './likes'

const ROW_PX = 67
const HEAD_PX = 53
const OVER = 8
/** So many lines before the end the next page is asked for. */
const AHEAD = 20

interface Props {
  lines: readonly Line[]
  tracks: readonly Track[]
  chosen: ReadonlySet<string>
  onChoose: (id: string, on: boolean, through: boolean) => void
  onEnd: () => void
}

/** A list of which only the lines on the screen are in the page; thousands scroll like ten. */
export function LikedList({ lines, tracks, chosen, onChoose, onEnd }: Props) {
  const box = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop(box.current?.offsetTop ?? 0), [])
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (i) => (lines[i]?.kind === 'month' ? HEAD_PX : ROW_PX),
    getItemKey: (i) => keyOf(lines[i]),
    overscan: OVER,
    scrollMargin: top,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (last >= lines.length - AHEAD) onEnd()
  }, [last, lines.length, onEnd])
  return (
    <ol ref={box} className={styles.virtual} style={{ height: virtual.getTotalSize() }}>
      {items.map(({ index, key, start }) => {
        const line = lines[index] as Line
        const place = { transform: `translateY(${start - top}px)` }
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className={styles.place}
            style={place}
            aria-setsize={lines.length}
            aria-posinset={index + 1}
          >
            {line.kind === 'month' ? (
              <h2 className={styles.month}>
                {line.name} {line.tracks ? <span className="num">{counted(line.tracks, 'song')}</span> : null}
              </h2>
            ) : (
              <Row
                like={line.like}
                chosen={chosen.has(line.like.track.id)}
                onChoose={onChoose}
                onPlay={() => playTracks(tracks, tracks.indexOf(line.like.track))}
              />
            )}
          </li>
        )
      })}
    </ol>
  )
}

const keyOf = (line: Line | undefined): string => (!line ? '' : line.kind === 'month' ? line.key : line.like.track.id)

interface RowProps {
  like: Like
  chosen: boolean
  onChoose: Props['onChoose']
  onPlay: () => void
}

function Row({ like: { track, liked_at }, chosen, onChoose, onPlay }: RowProps) {
  return (
    <div className={styles.row} data-on={chosen || undefined}>
      <label className={styles.pick}>
        <input
          type="checkbox"
          checked={chosen}
          onChange={(event) => onChoose(track.id, event.target.checked, (event.nativeEvent as MouseEvent).shiftKey)}
        />
        <span className="sr">Choose {track.title}</span>
      </label>
      <TrackFace track={track} by={<bdi>{track.artists.map(({ name }) => name).join(', ')}</bdi>} onPlay={onPlay} />
      <span className={`small soft cut ${styles.record}`}>
        <bdi>{track.album}</bdi>
        {track.year ? (
          <span className="num">
            {track.album ? ' · ' : ''}
            {track.year}
          </span>
        ) : null}
      </span>
      <span className={`small soft num ${styles.day}`}>{dayOf(liked_at)}</span>
      <LikeButton track={track} className={styles.heart} />
    </div>
  )
}

export const howMany = (tracks: number) => `${count(tracks)} chosen`

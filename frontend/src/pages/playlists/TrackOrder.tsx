import { useRef, useState } from 'react'
import { announce } from '@/components/announcer/announce'
import { playTracks } from '@/player/queue'
import { move, remove } from '@/playlists/changes'
import { lifted, moved, nowAt, rowKeys, target } from '@/playlists/order'
import type { Playlist, PlaylistItem } from '@/playlists/queries'
import { OrderedTrack } from './OrderedTrack'
import styles from './playlists.module.css'
import { useDrag } from './useDrag'

interface Lift {
  from: number
  at: number
}

/** The songs in order. Space lifts a song by its dots, arrows move it, Space puts it down; or it is dragged. */
export function TrackOrder({ playlist, items }: { playlist: Playlist; items: readonly PlaylistItem[] }) {
  const list = useRef<HTMLOListElement>(null)
  const [lift, setLift] = useState<Lift | null>(null)
  const shown = lift ? moved(items, lift.from, lift.at) : items
  const keys = rowKeys(shown.map(({ track }) => track.id))
  const titleOf = (at: number) => shown[at]?.track.title ?? ''
  const drop = (from: number, at: number) => {
    setLift(null)
    announce(nowAt(items[from]?.track.title ?? '', at, items.length))
    void move(playlist, items, from, at)
  }
  const drag = useDrag(list, lift, setLift, drop)
  const press = (event: React.KeyboardEvent, at: number) => {
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault()
      if (lift) return drop(lift.from, lift.at)
      setLift({ from: at, at })
      return announce(lifted(titleOf(at), at, items.length))
    }
    if (!lift) return
    if (event.key === 'Escape') {
      setLift(null)
      return announce(`${titleOf(at)} is back where it was.`)
    }
    const to = target(event.key, lift.at, items.length)
    if (to === null) return
    event.preventDefault()
    setLift({ ...lift, at: to })
    announce(nowAt(titleOf(at), to, items.length))
  }
  const takeOut = (at: number) => {
    const { track } = items[at] as PlaylistItem
    list.current?.querySelectorAll<HTMLElement>('[data-grip]')[at ? at - 1 : 1]?.focus()
    announce(`${track.title} removed.`)
    void remove(playlist, items, track)
  }
  return (
    <>
      <ol ref={list} className={styles.order} aria-label="Songs in order">
        {shown.map((item, at) => (
          <OrderedTrack
            key={keys[at]}
            track={item.track}
            at={at}
            count={items.length}
            lifted={lift?.at === at}
            onKeyDown={(event) => press(event, at)}
            onPointerDown={(event) => drag(event, at)}
            onBlur={() => {
              if (lift?.at === at) drop(lift.from, lift.at)
            }}
            onPlay={() =>
              playTracks(
                items.map(({ track }) => track),
                at,
              )
            }
            onMove={(to) => drop(at, to)}
            onRemove={() => takeOut(at)}
          />
        ))}
      </ol>
      <p className={`micro dim ${styles.how}`}>Drag by the dots, or press Space on them and use the arrow keys.</p>
    </>
  )
}

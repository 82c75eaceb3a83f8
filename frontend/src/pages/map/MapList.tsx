import { IconChevronDown, IconMap2 } from '@tabler/icons-react'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '@/components/button/Button'
import { ClusterTracks } from './ClusterTracks'
import { FlyBox } from './FlyBox'
import { likesIn } from './frame'
import { Here } from './Here'
import styles from './MapList.module.css'
import { inOrder, named } from './placedLabels'
import type { CatalogueMap } from './useMap'

interface Props {
  map: CatalogueMap
  liked: readonly number[]
  selected: number | undefined
  onSelect: (id: string) => void
  /** Shows the map; without it WebGL cannot start here. */
  onMap: (() => void) | null
}

/** The map in words: where you are with the nearest song in each direction, and the songs of each neighbourhood. */
export function MapList({ map, liked, selected, onSelect, onMap }: Props) {
  const counts = useMemo(() => likesIn(map.points, liked), [map, liked])
  const clusters = useMemo(() => inOrder(map.clusters, counts), [map, counts])
  const [open, setOpen] = useState<number | null>(null)
  const here = useRef<HTMLElement>(null)
  const wanted = useRef(false)
  const go = (id: string) => {
    onSelect(id)
    wanted.current = true
    if (selected !== undefined && map.ids.idOf(selected) === id) here.current?.focus()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus follows the song, which comes with the address
  useEffect(() => {
    if (wanted.current) here.current?.focus()
    wanted.current = false
  }, [selected])
  return (
    <div className={styles.page}>
      <Head onMap={onMap} />
      <div className={styles.find}>
        <FlyBox frame="compact" onTrack={({ id }) => go(id)} />
      </div>
      {selected === undefined ? null : (
        <Here ref={here} map={map} row={selected} onRow={(row) => onSelect(map.ids.idOf(row))} />
      )}
      <h2 className="head">Neighbourhoods</h2>
      <ul className={styles.clusters}>
        {clusters.map((cluster) => (
          <li key={cluster.cluster}>
            <h3>
              <button
                type="button"
                className={styles.cluster}
                aria-expanded={open === cluster.cluster}
                onClick={() => setOpen(open === cluster.cluster ? null : cluster.cluster)}
              >
                <bdi className="name">{named(cluster)}</bdi>
                <span className="small soft num">{sizes(cluster.tracks, counts.get(cluster.cluster) ?? 0)}</span>
                <IconChevronDown className={styles.chevron ?? ''} size={16} stroke={1.6} aria-hidden="true" />
              </button>
            </h3>
            {open === cluster.cluster ? <ClusterTracks map={map} cluster={cluster.cluster} onGo={go} /> : null}
          </li>
        ))}
      </ul>
    </div>
  )
}

const sizes = (tracks: number, likes: number): ReactNode =>
  `${tracks.toLocaleString('en')} ${tracks === 1 ? 'song' : 'songs'}${likes ? `, ${likes.toLocaleString('en')} you like` : ''}`

function Head({ onMap }: Pick<Props, 'onMap'>) {
  return (
    <header className={styles.head}>
      <div>
        <h1 className="title">Map of the catalogue</h1>
        <p className="soft">
          Songs that stand together in playlists stand close.
          {onMap ? '' : ' The drawing needs WebGL 2, which this browser does not start: here it is in words.'}
        </p>
      </div>
      {onMap ? (
        <Button icon={<IconMap2 size={20} stroke={1.6} aria-hidden="true" />} onClick={onMap}>
          Show the map
        </Button>
      ) : null}
    </header>
  )
}

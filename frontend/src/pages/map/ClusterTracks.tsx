import { IconCompass } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { TrackRow } from '@/components/track-row/TrackRow'
import { useTracks } from '@/list/tracks'
import styles from './MapList.module.css'
import { rowsOf } from './points'
import type { CatalogueMap } from './useMap'

const A_PAGE = 20

interface Props {
  map: CatalogueMap
  cluster: number
  onGo: (id: string) => void
}

/** The songs of one neighbourhood, twenty at a time. */
export function ClusterTracks({ map, cluster, onGo }: Props) {
  const rows = useMemo(() => rowsOf(map.points, cluster), [map, cluster])
  const [from, setFrom] = useState(0)
  const shown = rows.slice(from, from + A_PAGE)
  const query = useTracks(shown.map(map.ids.idOf))
  const range = `${from + 1} to ${from + shown.length} of ${rows.length.toLocaleString('en')}`
  const turn = (step: number) => {
    setFrom(from + step)
    announce(`Songs from ${from + step + 1}`)
  }
  if (query.isError) return <Failure error={query.error} what="The songs could not be read." retry={query.refetch} />
  if (!query.data) return <TrackRowBones rows={5} />
  return (
    <>
      <ol>
        {query.data.map((track) => (
          <TrackRow
            key={track.id}
            track={track}
            actions={
              <IconButton label={`Explore from ${track.title}`} onClick={() => onGo(track.id)}>
                <IconCompass size={20} stroke={1.6} />
              </IconButton>
            }
          />
        ))}
      </ol>
      <div className={styles.turn}>
        <Button disabled={from === 0} onClick={() => turn(-A_PAGE)}>
          Earlier
        </Button>
        <span className="small soft num">{range}</span>
        <Button disabled={from + A_PAGE >= rows.length} onClick={() => turn(A_PAGE)}>
          Later
        </Button>
      </div>
    </>
  )
}

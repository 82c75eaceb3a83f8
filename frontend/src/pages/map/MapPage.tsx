import { IconList } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useLayoutEffect, useState } from 'react'
import { asProblem } from '@/api/problem'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Bone, Later } from '@/components/states/Skeleton'
import type { Spot } from './camera'
import { FlyBox } from './FlyBox'
import { Inside } from './Inside'
import { rowsInside } from './lasso'
import { MapList } from './MapList'
import { type Choice, MapView } from './MapView'
import styles from './map.module.css'
import { named } from './placedLabels'
import { NOWHERE } from './points'
import { canDraw } from './renderer'
import { TrackCard } from './TrackCard'
import { type CatalogueMap, useLikedRows, useMap } from './useMap'

const ABSENT = 404

/** `/map`: the catalogue as a map, or as a list. `?at=` is the song that is picked, `?as=list` the list. */
export function MapPage() {
  const query = useMap()
  if (query.data) return <Explorer map={query.data} />
  if (!query.isError)
    return (
      <Later>
        <Bone width="100%" height="70dvh" />
      </Later>
    )
  if (asProblem(query.error).status === ABSENT)
    return (
      <>
        <h1 className="sr">Map of the catalogue</h1>
        <Empty title="There is no map yet">It is drawn when the release is refreshed with its songs' vectors.</Empty>
      </>
    )
  return (
    <>
      <h1 className="title">Map of the catalogue</h1>
      <Failure error={query.error} what="The map could not be read." retry={query.refetch} />
    </>
  )
}

function Explorer({ map }: { map: CatalogueMap }) {
  const { at, as } = useSearch({ from: '/map' })
  const navigate = useNavigate({ from: '/map' })
  const liked = useLikedRows(map.ids)
  const [drawable, setDrawable] = useState(canDraw)
  const fail = useCallback(() => setDrawable(false), [])
  const row = at ? map.ids.rowOf(at) : undefined
  const selected = row !== undefined && map.points.cluster[row] !== NOWHERE ? row : undefined
  const [flight, setFlight] = useState(selected === undefined ? null : { row: selected })
  const [choice, setChoice] = useState<Choice | null>(null)

  const pick = (id: string | undefined) => {
    setChoice(null)
    void navigate({ search: { ...(id ? { at: id } : {}), ...(as ? { as } : {}) }, replace: true })
  }
  const show = (list: boolean) => void navigate({ search: { ...(at ? { at } : {}), ...(list ? { as: 'list' } : {}) } })
  const flyTo = (id: string) => {
    const to = map.ids.rowOf(id)
    if (to !== undefined && map.points.cluster[to] !== NOWHERE) setFlight({ row: to })
    pick(id)
  }
  const lasso = (line: readonly Spot[]) => {
    const rows = rowsInside(map.points, line)
    pick(undefined)
    setChoice({ line, rows })
    announce(`${rows.length} songs inside`)
  }

  if (!drawable || as === 'list')
    return <MapList {...{ map, liked, selected }} onSelect={pick} onMap={drawable ? () => show(false) : null} />
  const panel = choice ? (
    <Inside map={map} rows={choice.rows} liked={liked} onClose={() => setChoice(null)} />
  ) : at ? (
    <TrackCard id={at} place={placeOf(map, selected)} onClose={() => pick(undefined)} />
  ) : null
  return (
    <Foot>
      <h1 className="sr">Map of the catalogue</h1>
      <MapView
        {...{ map, liked, selected, choice, flight, panel }}
        onSelect={(next) => pick(next === undefined ? undefined : map.ids.idOf(next))}
        onLasso={lasso}
        onFail={fail}
      >
        <div className={styles.find} data-keep="">
          <FlyBox onTrack={({ id }) => flyTo(id)} />
          <Button
            className={styles.aslist}
            icon={<IconList size={20} stroke={1.6} aria-hidden="true" />}
            onClick={() => show(true)}
          >
            <span className="only-wide">Explore as list</span>
            <span className="sr only-phone">Explore as list</span>
          </Button>
        </div>
        <p className={`${styles.legend} micro`} data-keep="">
          {liked.length ? (
            <span className="num">
              <i />
              your {liked.length.toLocaleString('en')} {liked.length === 1 ? 'like' : 'likes'}
            </span>
          ) : null}
          <span>Songs that stand together in playlists stand close.</span>
        </p>
      </MapView>
    </Foot>
  )
}

/** What the neighbourhood of a song is called; null when it is not on the map. */
function placeOf({ points, clusters }: CatalogueMap, row: number | undefined): string | null {
  if (row === undefined) return null
  const cluster = clusters.find((one) => one.cluster === points.cluster[row])
  return cluster?.label ? named(cluster) : ''
}

/** Measures the bar at the foot of the shell, which the map leaves free. */
function Foot({ children }: { children: React.ReactNode }) {
  const [height, setHeight] = useState(0)
  useLayoutEffect(() => {
    const bar = document.getElementById('foot')
    if (!bar) return undefined
    const observer = new ResizeObserver(() => setHeight(bar.offsetHeight))
    observer.observe(bar)
    setHeight(bar.offsetHeight)
    return () => observer.disconnect()
  }, [])
  return <div style={{ '--foot': `${height}px` } as React.CSSProperties}>{children}</div>
}

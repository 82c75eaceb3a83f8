import { IconPlayerPlayFilled, IconShare2 } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Recommended } from '@/api/types'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { LazyMenu } from '@/components/menu/LazyMenu'
import { playTracks } from '@/player/queue'
import { EXPORTS } from '@/playlists/exports'
import { dayOf } from '@/words/dates'
import { keepAsPlaylist, saveWeekly } from './keep'
import type { WeeklyList } from './words'

interface Props {
  list: WeeklyList
  rows: readonly Recommended[]
  week: string
  /** An earlier week: the address of the list holds this week's songs, so that only keeping is offered. */
  past: boolean
}

/** Plays the list, keeps it as a playlist before next week replaces it, takes it elsewhere. */
export function WeeklyActions({ list, rows, week, past }: Props) {
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const tracks = rows.map(({ track }) => track)
  const keep = async () => {
    setBusy(true)
    const ids = tracks.map(({ id }) => id)
    const made = await keepAsPlaylist(list, ids, dayOf(`${week}T12:00:00`))
    setBusy(false)
    if (made) await navigate({ to: '/playlists/$id', params: { id: made } })
  }
  return (
    <>
      <Button kind="solid" icon={<IconPlayerPlayFilled size={20} />} onClick={() => playTracks(tracks, 0)}>
        Play
      </Button>
      <Button busy={busy} onClick={() => void keep()}>
        Keep as playlist
      </Button>
      {past ? null : (
        <LazyMenu
          label="Export"
          target={
            <IconButton label="Export" aria-haspopup="menu">
              <IconShare2 size={20} stroke={1.6} />
            </IconButton>
          }
          items={EXPORTS.map(({ format, name, detail }) => ({
            name,
            detail,
            run: () => void saveWeekly(list, format),
          }))}
        />
      )}
    </>
  )
}

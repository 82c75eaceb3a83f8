import { IconBan } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSession } from '@/api/session'
import type { Artist } from '@/api/types'
import { Button } from '@/components/button/Button'
import { muteArtist, mutesQuery, unmute } from './mutes'

/** Mutes an artist, or lifts the mute; for guests, whose mutes nobody keeps, nothing. */
export function MuteButton({ artist }: { artist: Artist }) {
  const signed = useSession().kind === 'signed'
  const { data: mutes } = useQuery({ ...mutesQuery, enabled: signed })
  const [busy, setBusy] = useState(false)
  if (!signed) return null
  const muted = mutes?.some(({ kind, value }) => kind === 'artist' && value === artist.id) ?? false
  const turn = async () => {
    setBusy(true)
    await (muted ? unmute({ kind: 'artist', value: artist.id, name: artist.name }) : muteArtist(artist))
    setBusy(false)
  }
  return (
    <Button
      kind="plain"
      busy={busy}
      aria-pressed={muted}
      icon={<IconBan size={20} stroke={1.6} aria-hidden="true" />}
      onClick={() => void turn()}
    >
      {muted ? 'Muted, in no list' : 'Never this artist'}
    </Button>
  )
}

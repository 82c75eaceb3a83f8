import { IconPlaylistAdd } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { asProblem } from '@/api/problem'
import { useSession } from '@/api/session'
import type { Track } from '@/api/types'
import { IconButton } from '@/components/button/IconButton'
import { LazyMenu, type MenuItem } from '@/components/menu/LazyMenu'
import { showToast } from '@/components/toast/toasts'
import { counted } from '@/words/dates'
import { add, create } from './changes'
import { playlistsForMenu } from './queries'

interface Props {
  tracks: readonly Track[]
  /** What is added, for readers: a title, or "the chosen songs". */
  what: string
  className?: string
  /** In words, where there is room for them. */
  words?: string
}

/** Adds songs to one of the person's playlists, or to a new one. Guests are led to sign in. */
export function AddToPlaylist({ tracks, what, className = '', words }: Props) {
  const session = useSession()
  const [asked, setAsked] = useState(false)
  const lists = useQuery({ ...playlistsForMenu, enabled: asked && session.kind === 'signed' })
  const navigate = useNavigate()
  const open = (id: string) => void navigate({ to: '/playlists/$id', params: { id } })
  const make = async () => {
    try {
      const made = await create(
        tracks[0]?.title ?? 'New playlist',
        '',
        tracks.map(({ id }) => id),
      )
      showToast({ text: `A new playlist, “${made.name}”.`, also: { label: 'Open', run: () => open(made.id) } })
    } catch (error) {
      showToast({ text: `No playlist was made. ${asProblem(error).message}` })
    }
  }
  const signIn: MenuItem = {
    name: 'Sign in to keep playlists',
    run: () => void navigate({ to: '/signin', search: { next: window.location.pathname } }),
  }
  const items: MenuItem[] =
    session.kind === 'signed'
      ? [
          { name: 'New playlist', run: () => void make() },
          ...(lists.data ?? []).map(({ id, name, track_count }) => ({
            key: id,
            name,
            detail: counted(track_count, 'song'),
            run: () => void add(id, tracks),
          })),
          ...(lists.error ? [{ name: 'Your playlists did not load', run: () => void lists.refetch() }] : []),
        ]
      : [signIn]
  return (
    <LazyMenu
      label={`Add ${what} to a playlist`}
      onAsk={() => setAsked(true)}
      target={
        words ? (
          <button type="button" aria-label={`${words}: ${what}`} aria-haspopup="menu" className={className}>
            {words}
          </button>
        ) : (
          <IconButton label={`Add ${what} to a playlist`} aria-haspopup="menu" className={className}>
            <IconPlaylistAdd size={20} stroke={1.6} />
          </IconButton>
        )
      }
      items={items}
    />
  )
}

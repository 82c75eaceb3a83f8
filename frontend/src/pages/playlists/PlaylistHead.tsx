import { IconPlayerPlayFilled } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { SegueIcon } from '@/app/Mark'
import { Button } from '@/components/button/Button'
import { showToast } from '@/components/toast/toasts'
import { playTracks } from '@/player/queue'
import { describe, destroy, refused } from '@/playlists/changes'
import { lengthWords } from '@/playlists/order'
import type { Playlist, PlaylistItem } from '@/playlists/queries'
import { counted } from '@/words/dates'
import { DetailsForm } from './DetailsForm'
import { FourCovers } from './FourCovers'
import { PlaylistMenus } from './PlaylistMenus'
import styles from './playlists.module.css'

interface Props {
  playlist: Playlist
  items: readonly PlaylistItem[]
  onContinue: () => void
}

/** Cover, name, facts, and what can be done with the whole. */
export function PlaylistHead({ playlist, items, onContinue }: Props) {
  const [open, setOpen] = useState<'details' | 'delete' | null>(null)
  const close = () => setOpen(null)
  const tracks = items.map(({ track }) => track)
  if (open === 'details')
    return (
      <>
        <h1 className="sr">{playlist.name}</h1>
        <DetailsForm
          name={playlist.name}
          description={playlist.description}
          words="Save"
          onSave={async (name, description) => {
            await describe(playlist, name, description)
            close()
          }}
          onClose={close}
        />
      </>
    )
  return (
    <>
      <div className={styles.head}>
        <FourCovers tracks={tracks} />
        <div className={styles.about}>
          <p className="small dim">Playlist, yours alone</p>
          <h1 className="title">
            <bdi>{playlist.name}</bdi>
          </h1>
          {playlist.description ? (
            <p className="soft">
              <bdi>{playlist.description}</bdi>
            </p>
          ) : null}
          <Facts playlist={playlist} items={items} />
        </div>
        <div className={styles.headActions}>
          {items.length ? (
            <>
              <Button
                kind="solid"
                icon={<IconPlayerPlayFilled size={20} aria-hidden="true" />}
                onClick={() => playTracks(tracks, 0)}
              >
                Play
              </Button>
              <Button icon={<SegueIcon size={20} />} onClick={onContinue}>
                Continue it
              </Button>
            </>
          ) : null}
          <PlaylistMenus playlist={playlist} onRename={() => setOpen('details')} onDelete={() => setOpen('delete')} />
        </div>
      </div>
      {open === 'delete' ? <ConfirmDelete playlist={playlist} onClose={close} /> : null}
    </>
  )
}

function Facts({ playlist, items }: Pick<Props, 'playlist' | 'items'>) {
  const all = items.length === playlist.track_count
  const length = all ? lengthWords(items.map(({ track }) => track.duration_ms)) : null
  const artists = new Set(items.flatMap(({ track }) => track.artists.map(({ id }) => id))).size
  return (
    <p className={`small soft num ${styles.facts}`}>
      <span>{counted(playlist.track_count, 'song')}</span>
      {length ? <span>{length}</span> : null}
      {all && artists ? <span className="only-wide">{counted(artists, 'artist')}</span> : null}
    </p>
  )
}

function ConfirmDelete({ playlist, onClose }: { playlist: Playlist; onClose: () => void }) {
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const go = async () => {
    setBusy(true)
    try {
      await destroy(playlist)
      showToast({ text: `“${playlist.name}” is deleted.` })
      await navigate({ to: '/playlists' })
    } catch (error) {
      refused(playlist.id, error)
      onClose()
    }
  }
  return (
    <section className={styles.confirm} aria-label="Delete this playlist">
      <p>
        <b>
          Delete “<bdi>{playlist.name}</bdi>”?
        </b>{' '}
        Its order of {counted(playlist.track_count, 'song')} is gone for good. The songs and your likes stay.
      </p>
      <div className={styles.actions}>
        <Button kind="danger" busy={busy} onClick={() => void go()}>
          Delete
        </Button>
        <Button autoFocus onClick={onClose}>
          Keep it
        </Button>
      </div>
    </section>
  )
}

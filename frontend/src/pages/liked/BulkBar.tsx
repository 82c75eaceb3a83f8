import { IconX } from '@tabler/icons-react'
import type { Track } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { showToast, useToast } from '@/components/toast/toasts'
import { sayAll } from '@/feedback/opinions'
import { AddToPlaylist } from '@/playlists/AddToPlaylist'
import { counted } from '@/words/dates'
import { howMany } from './LikedList'
import styles from './LikedPage.module.css'

interface Props {
  tracks: readonly Track[]
  /** The chosen songs are gone: focus moves to the list. */
  onDone: () => void
  onClear: () => void
}

/** What can be done with the chosen songs. */
export function BulkBar({ tracks, onDone, onClear }: Props) {
  const toast = useToast()
  const remove = () => {
    const ids = tracks.map(({ id }) => id)
    void sayAll(ids, 'neutral')
    const said = `${counted(ids.length, 'song')} removed from your likes.`
    showToast({ text: said, undo: () => void sayAll(ids, 'like') })
    announce(said)
    onDone()
  }
  return (
    <section className={styles.bulk} data-above={toast ? true : undefined} aria-label="Chosen songs">
      <span className="num">{howMany(tracks.length)}</span>
      <AddToPlaylist tracks={tracks} what="the chosen songs" words="Add to playlist" />
      <button type="button" onClick={remove}>
        Remove
      </button>
      <button type="button" className={styles.none} aria-label="Choose none" title="Choose none" onClick={onClear}>
        <IconX size={20} stroke={1.6} />
      </button>
    </section>
  )
}

import { IconBan, IconHeart, IconX } from '@tabler/icons-react'
import { sessionState } from '@/api/session'
import type { OpinionKind, Track } from '@/api/types'
import { IconButton } from '@/components/button/IconButton'
import { showToast } from '@/components/toast/toasts'
import { muteArtist } from '@/mutes/mutes'
import styles from './OpinionButtons.module.css'
import { opinionOf, say, useOpinion } from './opinions'

/** Says it and offers ten seconds to take it back; `done` runs at once. */
export function react(track: Track, kind: OpinionKind, done?: (kind: OpinionKind) => void): void {
  const before = opinionOf(track)
  void say(track.id, kind)
  done?.(kind)
  const undo = () => {
    void say(track.id, before)
    done?.(before)
  }
  const never = { label: 'Never this song', run: () => react(track, 'never', done) }
  if (kind === 'dislike') showToast({ text: `“${track.title}” will not come back.`, undo, also: never })
  const artist = sessionState().kind === 'signed' ? track.artists[0] : undefined
  const also = artist ? { label: 'Never this artist', run: () => void muteArtist(artist) } : undefined
  if (kind === 'never') showToast({ text: `“${track.title}” is never played again.`, undo, ...(also ? { also } : {}) })
}

interface Props {
  track: Track
  onSaid?: (kind: OpinionKind) => void
}

/** Like, not for me, and (wide) never. On phones never is in the toast that follows and in the Why sheet. */
export function OpinionButtons({ track, onSaid }: Props) {
  const opinion = useOpinion(track)
  const toggle = (kind: OpinionKind) => react(track, opinion === kind ? 'neutral' : kind, onSaid)
  return (
    <div className={styles.buttons}>
      <IconButton label={`Like ${track.title}`} aria-pressed={opinion === 'like'} onClick={() => toggle('like')}>
        <IconHeart size={20} stroke={1.6} />
      </IconButton>
      <IconButton
        label={`Not for me: ${track.title}`}
        className={styles.plain}
        aria-pressed={opinion === 'dislike'}
        onClick={() => toggle('dislike')}
      >
        <IconX size={20} stroke={1.6} />
      </IconButton>
      <IconButton
        label={`Never: ${track.title}`}
        className={`${styles.plain} ${styles.wide}`}
        aria-pressed={opinion === 'never'}
        onClick={() => toggle('never')}
      >
        <IconBan size={20} stroke={1.6} />
      </IconButton>
    </div>
  )
}

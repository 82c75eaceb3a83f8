import { IconPlayerSkipForward, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useShortcut } from '@/app/shortcuts'
import { IconButton } from '@/components/button/IconButton'
import { Cover } from '@/covers/Cover'
import { LikeButton } from '@/feedback/LikeButton'
import styles from './PlayerBar.module.css'
import { shareOf, useProgress } from './progress'
import { currentTrack, next, type Playing, previous, stopPlaying, toggle, usePlaying } from './queue'
import { SpotifyFrame } from './SpotifyFrame'
import { useCardShown } from './shownCards'
import { PlayIcon } from './Transport'
import { sourceName } from './words'

/** The mini player above the tabs of a phone; on wide screens a slim bar, unless a card of the page plays. */
export function PlayerBar() {
  const current = usePlaying()
  const card = useCardShown()
  useKeys()
  if (!current) return null
  return (
    <section className={styles.player} aria-label="Player" data-card={card || undefined}>
      <Needle />
      <SpotifyFrame />
      <Bar current={current} />
    </section>
  )
}

/** Keys act while there is a queue; else space and arrows keep their meaning for the page. */
const acting = (act: () => void) => () => {
  if (!currentTrack()) return false
  act()
  return true
}
const playKey = acting(toggle)
const nextKey = acting(next)
const previousKey = acting(previous)

function useKeys(): void {
  useShortcut('play', playKey)
  useShortcut('next', nextKey)
  useShortcut('previous', previousKey)
}

function Bar({ current }: { current: Playing }) {
  const { track, playing, source, following } = current
  const artists = track.artists.map(({ name }) => name).join(', ')
  return (
    <div className={styles.bar}>
      <Cover track={track} size={44} />
      <div className={styles.text}>
        <p className="small name cut">
          <Link to="/track/$id" params={{ id: track.id }}>
            <bdi>{track.title}</bdi>
          </Link>
        </p>
        <p className="micro dim cut">
          <bdi>{artists}</bdi>
          {source ? ` · ${source.kind === 'sketch' ? 'sketch' : sourceName(source)}` : ''}
        </p>
      </div>
      <LikeButton track={track} />
      <IconButton label={playing ? 'Pause' : 'Play'} onClick={toggle}>
        <PlayIcon playing={playing} />
      </IconButton>
      <IconButton label="Song after" className={styles.wide} onClick={next} disabled={!following}>
        <IconPlayerSkipForward size={20} stroke={1.6} />
      </IconButton>
      <IconButton label="Close the player" className={styles.wide} onClick={stopPlaying}>
        <IconX size={20} stroke={1.6} />
      </IconButton>
    </div>
  )
}

/** Progress on the bar's top edge. */
function Needle() {
  const progress = useProgress()
  return <span className={styles.needle} style={{ width: `${shareOf(progress) * 100}%` }} aria-hidden="true" />
}

import { IconHeart, IconMinus, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { Track } from '@/api/types'
import { meant } from '@/app/shortcuts'
import { Button } from '@/components/button/Button'
import { Cover } from '@/covers/Cover'
import { capital } from '@/words/numbers'
import { playSketch } from './sketch'
import styles from './test.module.css'
import type { Answer } from './testSession'

const ANSWERS = [
  { value: 1, name: 'Like', key: '1', Icon: IconHeart },
  { value: 0, name: 'Neutral', key: '2', Icon: IconMinus },
  { value: -1, name: 'Dislike', key: '3', Icon: IconX },
] as const

interface Props {
  track: Track
  /** The answer given before, after going back. */
  given?: Answer | undefined
  busy: boolean
  onAnswer: (answer: Answer) => void
}

/** A song with three answers of one size: none is the expected one. */
export function TrackToRate({ track, given, busy, onAnswer }: Props) {
  useAnswerKeys(onAnswer)
  return (
    <>
      <div className={styles.cover}>
        <Cover track={track} lifted />
      </div>
      <div className={styles.middle}>
        <div>
          {track.genres?.length ? <p className="small dim">{capital(track.genres.at(-1) as string)}</p> : null}
          <h1 className={`title ${styles.trackTitle}`}>
            <bdi>{track.title}</bdi>
          </h1>
          <p className="soft">
            <bdi>{track.artists.map(({ name }) => name).join(', ')}</bdi>
            {track.year ? <span className="num"> · {track.year}</span> : null}
          </p>
        </div>
        {playSketch ? <Sketch track={track} /> : null}
        <div className={styles.bar}>
          <fieldset className={styles.answers} aria-label="How is this one?">
            {ANSWERS.map(({ value, name, key, Icon }) => (
              <Button
                key={name}
                aria-pressed={given === undefined ? undefined : given === value}
                aria-disabled={busy || undefined}
                aria-keyshortcuts={key}
                onClick={() => onAnswer(value)}
              >
                <Icon size={20} stroke={1.6} aria-hidden="true" />
                {name}
                <span aria-hidden="true">
                  <kbd>{key}</kbd>
                </span>
              </Button>
            ))}
          </fieldset>
        </div>
        <p className="small soft only-wide">Neutral also means you do not know. It counts neither way.</p>
      </div>
    </>
  )
}

function Sketch({ track }: { track: Track }) {
  return (
    <div className={styles.sketch}>
      <button
        type="button"
        className={styles.play}
        aria-label={`Play the sketch of ${track.title}`}
        onClick={() => void playSketch?.(track)}
      >
        <IconPlayerPlay size={20} stroke={1.6} aria-hidden="true" />
      </button>
      <p className="micro dim">Drawn from its tempo, key and energy. Not the recording.</p>
    </div>
  )
}

/** Keys 1, 2 and 3. */
function useAnswerKeys(onAnswer: (answer: Answer) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const found = ANSWERS.find(({ key }) => key === event.key)
      if (found && !event.repeat && meant(event)) onAnswer(found.value)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [onAnswer])
}

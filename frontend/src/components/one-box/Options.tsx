import { IconMoodSmile } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { Track } from '@/api/types'
import { ArtistNames } from '@/components/track-row/ArtistNames'
import { Cover } from '@/covers/Cover'
import styles from './OneBox.module.css'

export type Choice = { kind: 'track'; track: Track } | { kind: 'mood'; text: string }

interface Props {
  id: string
  shown: boolean
  choices: readonly Choice[]
  active: number
  failed: boolean
  onChoose: (choice: Choice) => void
}

/** What can be chosen: songs with their covers, and the text itself as a mood. */
export function Options({ id, shown, choices, active, failed, onChoose }: Props) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div className={styles.pop} hidden={!shown}>
      {choices.length ? (
        <div role="listbox" id={id} aria-label="Suggestions" ref={list}>
          {choices.map((choice, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field, as in every combobox
            // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, aria-activedescendant points here
            <div
              key={choice.kind === 'track' ? choice.track.id : 'mood'}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === active}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(choice)}
            >
              {choice.kind === 'track' ? <NamedTrack track={choice.track} /> : <Mood text={choice.text} />}
            </div>
          ))}
        </div>
      ) : null}
      <p className={styles.none} role="status">
        {shown && !choices.length ? nothing(failed) : ''}
      </p>
    </div>
  )
}

const nothing = (failed: boolean) => (failed ? 'The search did not answer.' : 'Nothing is called that.')

function NamedTrack({ track }: { track: Track }) {
  return (
    <>
      <Cover track={track} size={44} />
      <span className={styles.words}>
        <span className="small name cut">
          <bdi>{track.title}</bdi>
        </span>
        <span className="micro dim cut">
          <ArtistNames track={track} />
          {track.year ? <span className="num"> · {track.year}</span> : null}
        </span>
      </span>
    </>
  )
}

function Mood({ text }: { text: string }) {
  return (
    <>
      <span className={styles.hole}>
        <IconMoodSmile size={20} stroke={1.6} aria-hidden="true" />
      </span>
      <span className={styles.words}>
        <span className="small name cut">
          Songs from lists called “<bdi>{text}</bdi>”
        </span>
        <span className="micro dim cut">A mood in your own words</span>
      </span>
    </>
  )
}

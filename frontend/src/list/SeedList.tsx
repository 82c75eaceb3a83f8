import { IconMinus, IconMoodSmile, IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Track } from '@/api/types'
import { IconButton } from '@/components/button/IconButton'
import { OneBox } from '@/components/one-box/OneBox'
import { ArtistNames } from '@/components/track-row/ArtistNames'
import { Cover } from '@/covers/Cover'
import { Lead } from '@/lines/Trunks'
import styles from './SeedList.module.css'
import type { SeedLine } from './seedLines'

interface Props {
  seeds: readonly Track[]
  name: string | null
  lines: readonly SeedLine[]
  /** Without it the seeds are only shown: they are changed elsewhere on the page. */
  edit?: {
    add: (track: Track) => void
    remove: (track: Track) => void
    name: (name: string | null) => void
  }
  /** What the list steers away from, and how that is changed. */
  away?: {
    tracks: readonly Track[]
    add: (track: Track) => void
    remove: (track: Track) => void
  }
}

/** What the list starts from, each beginning a trunk, and "Add a song". What it steers away from begins none. */
export function SeedList({ seeds, name, lines, edit, away }: Props) {
  const tints = lines.map(({ tint }) => tint)
  return (
    <ul className={styles.seeds} data-lined={lines.length > 0 || undefined} aria-label="Seeds">
      {seeds.map((seed, i) => (
        <li key={seed.id} className={styles.row}>
          <Lead tints={tints} seed={lines.length ? i : null} />
          <Cover track={seed} size={40} className={styles.cover} />
          <span className={styles.name}>
            <span className="small name cut">
              <bdi>{seed.title}</bdi>
            </span>
            <span className="micro dim cut">
              <ArtistNames track={seed} />
            </span>
          </span>
          {edit ? <Remove name={seed.title} onClick={() => edit.remove(seed)} /> : null}
        </li>
      ))}
      {name ? (
        <li className={styles.row}>
          <Lead tints={tints} seed={lines.at(-1)?.name ? lines.length - 1 : null} />
          <span className={styles.mood}>
            <IconMoodSmile size={20} stroke={1.6} aria-hidden="true" />
          </span>
          <span className={styles.name}>
            <span className="small name cut">
              “<bdi>{name}</bdi>”
            </span>
            <span className="micro dim cut">A mood in your own words</span>
          </span>
          {edit ? <Remove name={name} onClick={() => edit.name(null)} /> : null}
        </li>
      ) : null}
      {away?.tracks.map((track) => (
        <li key={track.id} className={`${styles.row} ${styles.away}`}>
          <Lead tints={tints} seed={null} />
          <Cover track={track} size={40} className={styles.cover} />
          <span className={styles.name}>
            <span className="small name cut">
              <bdi>{track.title}</bdi>
            </span>
            <span className="micro dim cut">Away from this</span>
          </span>
          <Remove name={track.title} onClick={() => away.remove(track)} />
        </li>
      ))}
      <li className={`${styles.row} ${edit ? styles.last : styles.end}`}>
        <Lead tints={tints} seed={null} />
        {edit ? (
          <AddTrack
            known={[...seeds, ...(away?.tracks ?? [])]}
            onAdd={edit.add}
            onAway={away?.add}
            onName={name ? undefined : edit.name}
          />
        ) : null}
      </li>
    </ul>
  )
}

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <IconButton label={`Remove ${name}`} className={styles.remove} onClick={onClick}>
      <IconX size={20} stroke={1.6} />
    </IconButton>
  )
}

interface AddProps {
  /** Songs that the list starts from or steers away from already. */
  known: readonly Track[]
  onAdd: (track: Track) => void
  onAway?: ((track: Track) => void) | undefined
  onName?: ((name: string) => void) | undefined
}

/** Buttons that become the one box. */
function AddTrack({ known, onAdd, onAway, onName }: AddProps) {
  const [open, setOpen] = useState<'add' | 'away' | null>(null)
  if (!open)
    return (
      <div className={styles.adds}>
        <button type="button" className={styles.add} onClick={() => setOpen('add')}>
          <span className={styles.hole}>
            <IconPlus size={20} stroke={1.6} aria-hidden="true" />
          </span>
          Add a song
        </button>
        {onAway ? (
          <button type="button" className={styles.add} onClick={() => setOpen('away')}>
            <IconMinus size={20} stroke={1.6} aria-hidden="true" />
            Steer away
          </button>
        ) : null}
      </div>
    )
  const take = open === 'away' && onAway ? onAway : onAdd
  const mood = open === 'add' && onName
  return (
    <div className={styles.box}>
      <OneBox
        label={open === 'away' ? 'Steer away from a song' : 'Add a song or a mood'}
        placeholder="Title or artist"
        frame="compact"
        autoFocus
        onTrack={(track) => {
          if (!known.some(({ id }) => id === track.id)) take(track)
          setOpen(null)
        }}
        {...(mood
          ? {
              onMood: (text: string) => {
                mood(text)
                setOpen(null)
              },
            }
          : {})}
        onEscape={() => setOpen(null)}
      />
    </div>
  )
}

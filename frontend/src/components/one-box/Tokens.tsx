import { IconX } from '@tabler/icons-react'
import type { Track } from '@/api/types'
import { Cover } from '@/covers/Cover'
import styles from './OneBox.module.css'

interface Props {
  seeds: readonly Track[]
  mood: string | null
  awaited: number
  onRemove?: ((seed: Track) => void) | undefined
  onRemoveMood?: (() => void) | undefined
}

/** What was named, each with a button that takes it away. */
export function Tokens({ seeds, mood, awaited, onRemove, onRemoveMood }: Props) {
  return (
    <>
      {seeds.map((seed) => (
        <span className={styles.token} key={seed.id}>
          <Cover track={seed} size={36} />
          <span className="cut">
            <bdi>{seed.title}</bdi>
          </span>
          <Remove name={seed.title} onClick={() => onRemove?.(seed)} />
        </span>
      ))}
      {Array.from({ length: awaited }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <span className={`${styles.token} ${styles.awaited}`} key={i} />
      ))}
      {mood ? (
        <span className={`${styles.token} ${styles.mood}`}>
          <span className="cut">
            “<bdi>{mood}</bdi>”
          </span>
          <Remove name={mood} onClick={() => onRemoveMood?.()} />
        </span>
      ) : null}
    </>
  )
}

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button type="button" className={styles.remove} aria-label={`Remove ${name}`} onClick={onClick}>
      <IconX size={20} stroke={1.6} aria-hidden="true" />
    </button>
  )
}

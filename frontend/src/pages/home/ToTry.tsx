import type { Track } from '@/api/types'
import { Bone } from '@/components/states/Skeleton'
import { ArtistNames } from '@/components/track-row/ArtistNames'
import { Cover } from '@/covers/Cover'
import styles from './GuestStart.module.css'

interface Props {
  tracks: readonly Track[]
  onChoose: (track: Track) => void
}

const SLOTS = ['a', 'b', 'c', 'd', 'e', 'f']

/** Six songs to start from. They hold their room while they are awaited. */
export function ToTry({ tracks, onChoose }: Props) {
  return (
    <>
      <p className={`small dim ${styles.or}`}>Or start from one of these</p>
      <ul className={styles.try}>
        {tracks.length
          ? tracks.map((track) => (
              <li key={track.id}>
                <button type="button" onClick={() => onChoose(track)}>
                  <Cover track={track} size={48} />
                  <span>
                    <span className={`small name ${styles.name}`}>
                      <bdi>{track.title}</bdi>
                    </span>
                    <span className="micro dim cut">
                      <ArtistNames track={track} />
                    </span>
                  </span>
                </button>
              </li>
            ))
          : SLOTS.map((slot) => (
              <li key={slot} className={styles.slot} aria-hidden="true">
                <Bone width={48} height={48} />
              </li>
            ))}
      </ul>
    </>
  )
}

/** Nothing to name yet: how songs come in. */
export const EmptyCatalogue = () => (
  <div className={styles.failed}>
    <p className="name">This catalogue is empty.</p>
    <p className="small soft">
      Start Segue with <code>python fleet.py</code>: it publishes the demo catalogue on its first start.
    </p>
  </div>
)

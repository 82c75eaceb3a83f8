import { IconPlayerPlayFilled } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { SegueIcon } from '@/app/Mark'
import { Button, ButtonLink } from '@/components/button/Button'
import { Cover } from '@/covers/Cover'
import { opinionOf, useOpinions } from '@/feedback/opinions'
import { playTracks } from '@/player/queue'
import styles from './HistoryPage.module.css'
import { From, SeedCovers } from './SetSeeds'
import { countsOf, type ShownSet, seedsOf, tunedWords, whenOf } from './sets'

/** One set: when and where it was shown, its covers, and what can be done with it now. */
export function ShownSetRow({ set }: { set: ShownSet }) {
  useOpinions()
  const liked = set.tracks.filter((track) => opinionOf(track) === 'like').length
  const when = whenOf(set.at)
  const tuned = tunedWords(set)
  return (
    <li className={styles.set}>
      <div className={styles.about}>
        <h2 className={`name ${styles.when}`}>{when}</h2>
        <p className="small soft">
          <From set={set} />
        </p>
        {tuned ? <p className="micro dim">{tuned}</p> : null}
      </div>
      <div className={styles.drawn}>
        <SeedCovers set={set} />
        <ol className={styles.covers} aria-label={`Songs of ${when}`}>
          {set.tracks.map((track) => (
            <li key={track.id}>
              <Link to="/track/$id" params={{ id: track.id }} aria-label={track.title} title={track.title}>
                <Cover track={track} />
              </Link>
            </li>
          ))}
        </ol>
      </div>
      <p className="small dim num">{countsOf(set.tracks.length, liked)}</p>
      <div className={styles.actions}>
        <Button icon={<IconPlayerPlayFilled size={20} />} onClick={() => playTracks(set.tracks, 0)}>
          Play
        </Button>
        <ButtonLink kind="plain" to="/recommend" search={{ seeds: seedsOf(set) }} icon={<SegueIcon size={20} />}>
          More like this
        </ButtonLink>
      </div>
    </li>
  )
}

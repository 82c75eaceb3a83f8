import { IconPlayerSkipBack } from '@tabler/icons-react'
import { useCallback, useEffect } from 'react'
import type { Schemas } from '@/api/types'
import { useShortcut } from '@/app/shortcuts'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Failure } from '@/components/states/Failure'
import { capital, countInWords } from '@/words/numbers'
import { Beads } from './Beads'
import { beads } from './beads'
import { GenreChoice } from './GenreChoice'
import { GrowingList } from './GrowingList'
import { TrackToRate } from './TrackToRate'
import styles from './test.module.css'
import { likedOf } from './testSession'
import type { InterestTest } from './useInterestTest'

interface Props {
  test: InterestTest
  found: Schemas['InterestTest']
  onFinish: () => void
}

/** One song after the other, and the list that grows beside them. */
export function RatingView({ test, found, onFinish }: Props) {
  const { testSession, track, post } = test
  const answers = testSession.answered.map(({ value }) => value)
  const sentHere = testSession.answered.filter(({ pending }) => !pending)
  const before = Math.max(0, found.answered - sentHere.length)
  const likesBefore = Math.max(0, found.likes - sentHere.filter(({ value }) => value === 1).length)
  const most = found.most ?? 12
  const nth = before + testSession.at + 1
  const goBack = useCallback(() => test.goBack(), [test])
  useShortcut('undo', goBack)
  // Keeps its room: nothing moves when it appears.
  const hidden = testSession.at === 0 ? ({ visibility: 'hidden' } as const) : undefined
  const spoken = track && !post.isPending ? `Song ${nth}: ${track.title}` : ''
  useEffect(() => {
    if (spoken) announce(spoken)
  }, [spoken])
  const label = `${capital(countInWords(before + answers.length, 'song'))} answered, at most ${most - before - answers.length} to come`
  return (
    <>
      <div className={styles.head}>
        <div>
          <p className="head num">Song {Math.min(nth, most)}</p>
          <p className="micro dim num">At most {most}. It ends sooner when it knows enough.</p>
        </div>
        <div className="only-wide">
          <GenreChoice chosen={testSession.genres} onChoose={test.choose} />
        </div>
        <Button
          kind="plain"
          className="only-wide"
          style={hidden}
          icon={<IconPlayerSkipBack size={20} stroke={1.6} aria-hidden="true" />}
          onClick={goBack}
        >
          Back one{' '}
          <span aria-hidden="true">
            <kbd>U</kbd>
          </span>
        </Button>
        <IconButton label="Back one song" className="only-phone" style={hidden} onClick={goBack}>
          <IconPlayerSkipBack size={20} stroke={1.6} />
        </IconButton>
        <Button onClick={onFinish}>Finish</Button>
      </div>
      <Beads line={beads({ answers, before, likesBefore, at: testSession.at, most })} label={label} />
      {post.error ? (
        <div className={styles.failed}>
          <Failure error={post.error} what="The answer is kept here." retry={test.sendAgain} />
        </div>
      ) : null}
      <div className={styles.grid}>
        {track ? (
          <TrackToRate
            track={track}
            given={testSession.answered[testSession.at]?.value}
            busy={post.isPending}
            onAnswer={(value) => test.say(track, value)}
          />
        ) : (
          <p className={`soft ${styles.noTrack}`}>No further song is here while the server does not answer.</p>
        )}
        <GrowingList likes={likedOf(testSession)} known={likesBefore} />
        <div className={`only-phone ${styles.phoneGenres}`}>
          <p className="small soft">Songs from</p>
          <GenreChoice chosen={testSession.genres} onChoose={test.choose} />
        </div>
      </div>
    </>
  )
}

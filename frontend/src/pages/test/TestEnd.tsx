import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Schemas } from '@/api/types'
import { Button, ButtonLink } from '@/components/button/Button'
import { Degraded } from '@/components/states/Degraded'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { TrackRow } from '@/components/track-row/TrackRow'
import { OpinionButtons } from '@/feedback/OpinionButtons'
import { isUnwanted, useOpinions } from '@/feedback/opinions'
import { capital, countInWords } from '@/words/numbers'
import { Beads } from './Beads'
import { finished } from './beads'
import beads from './beads.module.css'
import { listQuery } from './GrowingList'
import styles from './test.module.css'
import { type Answer, likedOf } from './testSession'
import type { InterestTest } from './useInterestTest'

const TRACKS = 12
const VALUES: Readonly<Record<Answer, string>> = { 1: 'Like', 0: 'Neutral', [-1]: 'Dislike' }

interface Props {
  test: InterestTest
  found: Schemas['InterestTest']
  onGoOn: () => void
}

/** The end of the test: the list, what was answered, and how to go on. */
export function TestEnd({ test, found, onGoOn }: Props) {
  const { testSession } = test
  const likes = likedOf(testSession)
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [])
  const here = testSession.answered.length
  const sentHere = testSession.answered.filter(({ pending }) => !pending)
  const before = Math.max(0, found.answered - sentHere.length)
  const known = Math.max(0, found.likes - sentHere.filter(({ value }) => value === 1).length)
  const all = likes.length + known
  return (
    <>
      <div className={styles.endHead}>
        <div>
          <p className="small dim">{howItEnded(found, here + before)}</p>
          <h1 className="title" ref={head} tabIndex={-1}>
            {all
              ? `${capital(countInWords(all, 'like'))}, and a list from ${all === 1 ? 'it' : 'them'}`
              : 'No list yet'}
          </h1>
          <p className="lead">{whatNow(found, all)}</p>
        </div>
        <div className={styles.actions}>
          {all ? (
            <ButtonLink
              kind="solid"
              to="/recommend"
              search={known ? {} : { seeds: likes.map(({ id }) => id).join(',') }}
            >
              Open the list
            </ButtonLink>
          ) : null}
          {found.done ? (
            <Button busy={test.restart.isPending} onClick={() => test.restart.mutate(undefined, { onSuccess: onGoOn })}>
              Take it again
            </Button>
          ) : (
            <Button onClick={onGoOn}>Go on</Button>
          )}
          <ButtonLink kind="plain" to="/">
            Home
          </ButtonLink>
        </div>
      </div>
      {test.restart.error ? <Failure error={test.restart.error} /> : null}
      {test.post.error ? (
        <Failure error={test.post.error} what="Some answers are kept here." retry={test.sendAgain} />
      ) : null}
      <div className={beads.endBeads}>
        <Beads
          line={finished(
            testSession.answered.map(({ value }) => value),
            before,
          )}
          label={`${capital(countInWords(here + before, 'song'))} answered`}
        />
      </div>
      <div className={styles.end}>
        {all ? <EndList test={test} known={known} /> : null}
        {here ? <Answers test={test} /> : null}
      </div>
    </>
  )
}

function howItEnded(found: Schemas['InterestTest'], answered: number): string {
  const tracks = capital(countInWords(answered, 'song'))
  if (!found.done) return `Stopped after ${countInWords(answered, 'song')}`
  return answered >= (found.most ?? 12) ? `${tracks} answered` : `${tracks} ${answered === 1 ? 'was' : 'were'} enough`
}

function whatNow(found: Schemas['InterestTest'], likes: number): string {
  if (!likes) return 'A list begins with a song you like. Go on, or name one you love on the first page.'
  const settled = found.done ? 'Further songs would have changed little.' : 'Further answers make it sharper.'
  return `${settled} Likes can be taken back under Liked, the test in your profile.`
}

function EndList({ test, known }: { test: InterestTest; known: number }) {
  useOpinions()
  const list = useQuery(listQuery(likedOf(test.testSession), known, TRACKS))
  const shown = list.data?.tracks.filter(({ track }) => !isUnwanted(track)) ?? []
  return (
    <section aria-label="Your list">
      <div className={styles.growingHead}>
        <h2 className="head">Your list</h2>
        {shown.length ? <p className="micro dim num">{shown.length} songs</p> : null}
      </div>
      {list.error && !list.data ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isLoading ? <TrackRowBones rows={6} /> : null}
      <Degraded code={list.data?.degraded} />
      <ol>
        {shown.map(({ track, reason }) => (
          <TrackRow key={track.id} track={track} actions={<OpinionButtons track={track} />}>
            <p className="micro dim">{reason.text}</p>
          </TrackRow>
        ))}
      </ol>
    </section>
  )
}

function Answers({ test }: { test: InterestTest }) {
  return (
    <aside aria-label="What you answered" className={styles.given}>
      <div className={styles.growingHead}>
        <h2 className="head">What you answered</h2>
      </div>
      <ul className={styles.rows}>
        {test.testSession.answered.map(({ track, value }) => (
          <TrackRow
            key={track.id}
            track={track}
            actions={<span className={`small ${value === 1 ? 'name' : 'soft'}`}>{VALUES[value]}</span>}
          />
        ))}
      </ul>
    </aside>
  )
}

import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Track } from '@/api/types'
import { SegueIcon } from '@/app/Mark'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { LinesHead, TrackLine, TrackLines } from '@/components/track-line/TrackLine'
import { LikeButton } from '@/feedback/LikeButton'
import { opinionOf, useOpinions } from '@/feedback/opinions'
import { playTracks } from '@/player/queue'
import { Marked } from './Marked'
import styles from './SearchPage.module.css'
import type { Shown } from './shown'

interface Props {
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'error'>
  tracks: readonly Track[]
  words: readonly string[]
  shown: Shown
}

/** The songs found so far, and more of them on request. */
export function FoundTracks({ query, tracks, words, shown }: Props) {
  useOpinions()
  const listed = shown === 'liked' ? tracks.filter((track) => opinionOf(track) === 'like') : tracks
  return (
    <section>
      <LinesHead end={query.hasNextPage ? null : listed.length}>
        {shown === 'liked' ? 'Songs you like' : 'Songs'}
      </LinesHead>
      <TrackLines>
        {listed.map((track, i) => (
          <TrackLine
            key={track.id}
            track={track}
            title={<Marked name={track.title} words={words} />}
            by={<By track={track} words={words} />}
            onPlay={() => playTracks(listed, i)}
            actions={<Actions track={track} />}
          />
        ))}
      </TrackLines>
      {listed.length === 0 ? <p className="soft">None of the songs found so far.</p> : null}
      {query.error ? <Failure error={query.error} retry={() => void query.fetchNextPage()} /> : null}
      {query.hasNextPage ? (
        <Button className={styles.more} busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more songs
        </Button>
      ) : null}
    </section>
  )
}

function By({ track, words }: { track: Track; words: readonly string[] }) {
  return (
    <>
      {track.artists.map(({ id, name }, i) => (
        <span key={id}>
          {i > 0 ? ', ' : ''}
          <Marked name={name} words={words} />
        </span>
      ))}
      {track.year ? <span className="num"> · {track.year}</span> : null}
    </>
  )
}

function Actions({ track }: { track: Track }) {
  return (
    <>
      <LikeButton track={track} />
      <Link
        to="/recommend"
        search={{ seeds: track.id }}
        className={`${styles.start} only-wide`}
        aria-label={`Start from ${track.title}`}
        title={`Start from ${track.title}`}
      >
        <SegueIcon size={20} />
      </Link>
    </>
  )
}

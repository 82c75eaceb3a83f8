import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Recommendations, Track } from '@/api/types'
import { Badge } from '@/components/badge/Badge'
import { Banner } from '@/components/banner/Banner'
import { ButtonLink } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { TrackRow } from '@/components/track-row/TrackRow'
import { coverTrack } from '@/covers/Cover'
import { tint } from '@/covers/tint'
import { OpinionButtons } from '@/feedback/OpinionButtons'
import { isUnwanted, useOpinions } from '@/feedback/opinions'
import { Branches } from '@/lines/Trunks'
import { rowThickness } from '@/lines/thickness'
import { alone, isPlaced, reasonLine } from '@/list/reason'
import { playTracks } from '@/player/queue'
import { queries } from './queries'
import styles from './TrackPage.module.css'

/** The nearest songs, each with its line from this one and its reason. */
export function WhatFollows({ track }: { track: Track }) {
  const { data, error, isPending, refetch } = useQuery(queries.similar(track.id))
  return (
    <section>
      <h2 className="title">What follows</h2>
      <p className={`small soft ${styles.intro}`}>
        {track.in_release === 'placed by sound'
          ? 'Nobody has listened to it here yet: nearest by how it sounds.'
          : 'Nearest by the playlists people made.'}
      </p>
      {isPending ? <TrackRowBones rows={6} /> : null}
      {error ? <Failure error={error} what="What follows did not load." retry={() => void refetch()} /> : null}
      {data ? <Rows from={track} found={data} /> : null}
    </section>
  )
}

/** A song said to be unwanted here keeps its place, dimmed, until the page is left: the list does not jump. */
function Rows({ from, found }: { from: Track; found: Recommendations }) {
  useOpinions()
  const [first] = useState(
    () => new Set(found.tracks.filter(({ track }) => isUnwanted(track)).map(({ track }) => track.id)),
  )
  const shown = found.tracks.filter(({ track }) => !first.has(track.id))
  const line = [tint(coverTrack(from))]
  const widths = rowThickness(shown.map(({ score }) => score))
  const queue = shown.map(({ track }) => track)
  if (shown.length === 0) return <NothingNear />
  return (
    <>
      {found.degraded ? (
        <Banner kind="warn" title="Popular songs for now.">
          The recommender is restarting.
        </Banner>
      ) : null}
      <ol className={`tint ${styles.rows}`} style={line[0]}>
        {shown.map(({ track, reason }, i) => (
          <TrackRow
            key={track.id}
            track={track}
            className={isUnwanted(track) ? styles.gone : ''}
            gutter={
              <>
                <Branches tints={line} widths={[widths[i] as number]} last={i === shown.length - 1} nth={i} />
                <span />
              </>
            }
            badge={isPlaced(reason) ? <Badge flat>by its sound</Badge> : null}
            actions={<OpinionButtons track={track} />}
            onPlay={() => playTracks(queue, i)}
          >
            <p className={`micro dim ${styles.why}`}>{alone(reasonLine(reason))}</p>
          </TrackRow>
        ))}
      </ol>
      <ButtonLink className={styles.more} to="/recommend" search={{ seeds: from.id }}>
        The whole list
      </ButtonLink>
    </>
  )
}

const NothingNear = () => <p className="soft">Nothing is near enough to it in this release.</p>

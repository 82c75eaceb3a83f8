import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { asProblem } from '@/api/problem'
import type { Track } from '@/api/types'
import { ButtonLink } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { Bone, CoverBone, Later, TrackRowBones } from '@/components/states/Skeleton'
import { HowItSounds } from './HowItSounds'
import { queries } from './queries'
import { TrackHead } from './TrackHead'
import styles from './TrackPage.module.css'
import { Versions } from './Versions'
import { WhatFollows } from './WhatFollows'

/** One song: what it is, how it sounds beside the catalogue, and what follows from it. */
export function TrackPage() {
  const { id } = useParams({ from: '/track/$id' })
  const { data: track, error, isPending, refetch } = useQuery(queries.track(id))
  if (isPending) return <Bones />
  if (!track) return <NotShown error={error} retry={() => void refetch()} />
  return <Shown key={track.id} track={track} />
}

function Shown({ track }: { track: Track }) {
  return (
    <article>
      <TrackHead track={track} />
      <div className={styles.halves}>
        <WhatFollows track={track} />
        <HowItSounds track={track} />
      </div>
      {track.in_release === 'unknown' ? null : <Versions track={track} />}
    </article>
  )
}

function NotShown({ error, retry }: { error: unknown; retry: () => void }) {
  const { status } = asProblem(error)
  if (status !== 404 && status !== 422)
    return (
      <div className={styles.failed}>
        <Failure error={error} what="The song did not load." retry={retry} />
      </div>
    )
  return (
    <Empty
      as="h1"
      title="This song is not here"
      action={
        <ButtonLink kind="solid" to="/search">
          Find a song
        </ButtonLink>
      }
    >
      The address names no song of this catalogue.
    </Empty>
  )
}

function Bones() {
  return (
    <Later>
      <div className={styles.hero}>
        <CoverBone className={styles.coverBone ?? ''} />
        <div className={styles.bones}>
          <Bone width="30%" height={14} />
          <Bone width="min(90%, 560px)" height={52} />
          <Bone width="40%" height={20} />
          <Bone width="min(100%, 320px)" height={44} />
          <Bone width="min(100%, 420px)" height={44} />
        </div>
      </div>
      <div className={styles.halves}>
        <div>
          <Bone width={160} height={32} />
          <TrackRowBones rows={6} />
        </div>
        <div>
          <Bone width={200} height={32} />
          <TrackRowBones rows={6} />
        </div>
      </div>
    </Later>
  )
}

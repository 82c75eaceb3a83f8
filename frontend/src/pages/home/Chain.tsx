import { useIntersection } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { api, data } from '@/api/client'
import type { Reason, Track } from '@/api/types'
import { ArtistNames } from '@/components/track-row/ArtistNames'
import { Cover, coverTrack } from '@/covers/Cover'
import { tint } from '@/covers/tint'
import { ChainLink } from '@/lines/ChainLink'
import { chainThickness } from '@/lines/thickness'
import { alone, reasonLine } from '@/list/reason'
import styles from './Chain.module.css'
import { nextInChain } from './showcase'

const STEPS = 6
const CHOICE = 12

interface Step {
  track: Track
  /** Why it follows the one before; null for the first. */
  reason: Reason | null
}

/** Each song leads to the next: the best that follows by another artist. */
async function chainFrom(start: Track, signal: AbortSignal): Promise<Step[]> {
  const steps: Step[] = [{ track: start, reason: null }]
  while (steps.length < STEPS) {
    const last = steps.at(-1) as Step
    const body = { seeds: [{ track: last.track.id, weight: 1 }], limit: CHOICE } as never
    const { tracks } = await data(api.POST('/v1/recommendations', { body, signal }))
    const next = nextInChain(
      steps.map(({ track }) => track),
      tracks,
    )
    if (!next) break
    steps.push({ track: next.track, reason: next.reason })
  }
  return steps
}

/** Six songs, a line from cover to cover, and why each follows. Asked for when it comes near the screen. */
export function Chain({ start }: { start: Track | null }) {
  const { ref, entry } = useIntersection({ rootMargin: '200px' })
  const { data: steps = [] } = useQuery({
    queryKey: ['chain', start?.id],
    queryFn: ({ signal }) => chainFrom(start as Track, signal),
    enabled: start !== null && Boolean(entry?.isIntersecting),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const tints = steps.map(({ track }) => tint(coverTrack(track)))
  return (
    <section className={styles.chain} ref={ref} aria-labelledby="chain">
      <div className={styles.head}>
        <h2 className="title" id="chain">
          One song leads into the next
        </h2>
        <p className="soft">Learned from what people put side by side in playlists. Every step says why.</p>
      </div>
      <ol className={styles.steps}>
        {steps.map((step, i) => (
          <li key={step.track.id} className={i % 2 ? styles.low : undefined}>
            {i + 1 < steps.length ? (
              <ChainLink
                from={tints[i] as CSSProperties}
                to={tints[i + 1] as CSSProperties}
                down={i % 2 === 0}
                width={chainThickness(steps[i + 1]?.reason?.together_in)}
                nth={i * 4}
                className={styles.link}
              />
            ) : null}
            <StepText step={step} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function StepText({ step: { track, reason } }: { step: Step }) {
  return (
    <>
      <Cover track={track} className={styles.cover} />
      <p className={`small name ${styles.name}`}>
        <Link to="/track/$id" params={{ id: track.id }}>
          <bdi>{track.title}</bdi>
        </Link>
      </p>
      <p className="micro dim">
        <ArtistNames track={track} />
      </p>
      {reason ? <p className={`micro soft ${styles.reason}`}>{alone(reasonLine(reason))}</p> : null}
    </>
  )
}

import { type CSSProperties, useId } from 'react'
import styles from './lines.module.css'
import { FAN_WIDTH, fanStrands, ROW_HEIGHT } from './paths'

interface Props {
  seed: CSSProperties
  tracks: readonly { id: string; score: number; tint: CSSProperties }[]
}

/** One strand from the seed's right edge to each cover, its colour passing from the seed's tint to the song's. */
export function Fan({ seed, tracks }: Props) {
  const name = useId()
  const strands = fanStrands(tracks.map(({ score }) => score))
  return (
    <svg className={styles.fan} width={FAN_WIDTH} height={ROW_HEIGHT * tracks.length} fill="none" aria-hidden="true">
      {strands.map(({ path, width }, i) => {
        const track = tracks[i] as Props['tracks'][number]
        const gradient = `${name}${track.id}`
        return (
          <g key={track.id}>
            <Gradient id={gradient} width={FAN_WIDTH} from={seed} to={track.tint} />
            <path
              className={styles.drawn}
              d={path}
              pathLength={1}
              stroke={`url(#${gradient})`}
              strokeWidth={width}
              style={{ '--nth': i } as CSSProperties}
            />
          </g>
        )
      })}
    </svg>
  )
}

interface GradientProps {
  id: string
  width: number
  from: CSSProperties
  to: CSSProperties
}

/** From one tint to the other along x, in user space: a straight line has no box to measure. */
export function Gradient({ id, width, from, to }: GradientProps) {
  return (
    <linearGradient id={id} gradientUnits="userSpaceOnUse" x1="0" x2={width} y1="0" y2="0">
      <stop offset=".15" className="tint" style={{ ...from, stopColor: 'var(--tint)' }} />
      <stop offset="1" className="tint" style={{ ...to, stopColor: 'var(--tint)' }} />
    </linearGradient>
  )
}

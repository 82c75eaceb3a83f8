import { type CSSProperties, useId } from 'react'
import { Gradient } from './Fan'
import styles from './lines.module.css'

interface Props {
  from: CSSProperties
  to: CSSProperties
  /** Whether the line goes down to the next cover, which stands 40 px lower. */
  down: boolean
  width: number
  nth: number
  className?: string | undefined
}

/** From one cover of a chain to the next, over a gap of 64 px. */
export function ChainLink({ from, to, down, width, nth, className = '' }: Props) {
  const name = useId()
  const [start, end] = down ? [70, 110] : [110, 70]
  return (
    <svg className={`${styles.link} ${className}`} viewBox="0 0 64 176" width="64" height="176" aria-hidden="true">
      <Gradient id={name} width={64} from={from} to={to} />
      <path
        className={styles.drawn}
        d={`M-1 ${start}C40 ${start} 24 ${end} 65 ${end}`}
        pathLength={1}
        stroke={`url(#${name})`}
        strokeWidth={width}
        style={{ '--nth': nth } as CSSProperties}
      />
    </svg>
  )
}

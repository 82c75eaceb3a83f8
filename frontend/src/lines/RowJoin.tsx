import styles from './lines.module.css'

interface Props {
  wide: boolean
  width: number
}

/** The S from a home row's seed, which is smaller and lower, into the first cover. */
export function RowJoin({ wide, width }: Props) {
  const [box, path] = wide ? [48, 'M0 100C26 100 22 76 48 76'] : [28, 'M0 88C16 88 12 66 28 66']
  return (
    <svg
      className={styles.link}
      style={{ left: -box, top: 0 }}
      width={box}
      height={wide ? 152 : 132}
      aria-hidden="true"
    >
      <path className={styles.drawn} d={path} pathLength={1} stroke="var(--tint)" strokeWidth={width} />
    </svg>
  )
}

import { type ReactNode, useEffect, useState } from 'react'
import styles from './Skeleton.module.css'

const LATER_MS = 150
/** Heights of a row of bones and of a compact one. */
const ROW_PX = 80
const LINE_PX = 67

/** Shows its children after 150 ms: quick answers come without a flash. Their height in px is kept free until then, so
 * that what stands below does not move. */
export function Later({ children, height }: { children: ReactNode; height?: number }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), LATER_MS)
    return () => window.clearTimeout(timer)
  }, [])
  return (
    <div aria-busy="true" className={late ? '' : styles.waiting} {...(height ? { style: { minHeight: height } } : {})}>
      {late ? children : null}
    </div>
  )
}

export const Bone = ({ width, height = 16 }: { width: number | string; height?: number | string }) => (
  <span className={styles.bone} style={{ width, height }} />
)

/** The square of a cover, as wide as its place. */
export const CoverBone = ({ className = '' }: { className?: string }) => (
  <span className={`${styles.bone} ${styles.cover} ${className}`} />
)

/** As many grey rows as songs are awaited: with the line of a reason, or `compact` as track lines are. */
export function TrackRowBones({ rows = 8, compact = false }: { rows?: number; compact?: boolean }) {
  return (
    <Later height={rows * (compact ? LINE_PX : ROW_PX)}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div className={compact ? styles.line : styles.row} key={i}>
          <CoverBone />
          <div className={styles.lines}>
            <Bone width={`${34 + ((i * 17) % 24)}%`} />
            <Bone width={`${20 + ((i * 11) % 16)}%`} height={13} />
            {compact ? null : <Bone width={`${46 + ((i * 13) % 30)}%`} height={12} />}
          </div>
        </div>
      ))}
    </Later>
  )
}

import { type ReactNode, useEffect, useState } from 'react'
import styles from './Skeleton.module.css'

const LATER_MS = 150
/** A row of bones: its cover and the space above and below. */
const ROW_PX = 80

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

/** As many grey rows as songs are awaited. */
export function TrackRowBones({ rows = 8 }: { rows?: number }) {
  return (
    <Later height={rows * ROW_PX}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div className={styles.row} key={i}>
          <Bone width={56} height={56} />
          <div className={styles.lines}>
            <Bone width={`${50 + ((i * 17) % 30)}%`} />
            <Bone width={`${26 + ((i * 11) % 20)}%`} height={13} />
          </div>
        </div>
      ))}
    </Later>
  )
}

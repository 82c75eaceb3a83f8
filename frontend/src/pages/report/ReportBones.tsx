import { Bone, Later } from '@/components/states/Skeleton'
import styles from './report.module.css'

/** The shape of a report while it is awaited. */
export function ReportBones() {
  return (
    <Later>
      <div className={styles.bones}>
        <Bone width={120} height={14} />
        <Bone width="min(100%, 560px)" height={56} />
        <Bone width="min(100%, 420px)" height={14} />
        <Bone width="100%" height={96} />
        {[0, 1, 2, 3].map((row) => (
          <Bone key={row} width="100%" height={64} />
        ))}
      </div>
    </Later>
  )
}

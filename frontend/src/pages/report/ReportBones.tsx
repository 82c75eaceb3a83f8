import { Bone, Later } from '@/components/states/Skeleton'
import styles from './report.module.css'

/** The shape of a report while it is awaited: its summary, three headlines, the first strips. */
export function ReportBones() {
  return (
    <Later>
      <div className={styles.head}>
        <div className={styles.over}>
          <Bone width={90} height={14} />
          <Bone width={124} height={44} />
        </div>
        <div className={`display ${styles.summaryBones}`}>
          <Bone width="min(100%, 7em)" height="0.86em" />
          <Bone width="min(82%, 5.6em)" height="0.86em" />
        </div>
        <div className={styles.facts}>
          <Bone width="min(100%, 480px)" height={14} />
        </div>
      </div>
      <ol className={styles.headlines}>
        {['a', 'b', 'c'].map((headline) => (
          <li key={headline}>
            <Bone width="60%" height={22} />
            <br />
            <Bone width="90%" height={14} />
          </li>
        ))}
      </ol>
      <div className={styles.stripBones}>
        <Bone width="min(80%, 320px)" height={34} />
        {[0, 1, 2, 3].map((row) => (
          <Bone key={row} width="100%" height={80} />
        ))}
      </div>
    </Later>
  )
}

import { Bone, CoverBone, TrackRowBones } from '@/components/states/Skeleton'
import styles from './GuestList.module.css'

/** The room of a list that is awaited: of one song with its cover, or of several with a heading. */
export function ListBones({ one, rows }: { one: boolean; rows: number }) {
  if (!one) return <TrackRowBones rows={rows + 1} />
  return (
    <div className={styles.start} aria-busy="true">
      <div className={styles.first}>
        <CoverBone />
        <div className={`${styles.text} ${styles.textBones}`}>
          <Bone width="82%" height={22} />
          <Bone width="56%" height={14} />
        </div>
      </div>
      <div className="only-wide" />
      <TrackRowBones rows={rows} />
    </div>
  )
}

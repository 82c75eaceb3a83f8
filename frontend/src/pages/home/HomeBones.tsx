import { Bone, CoverBone, Later } from '@/components/states/Skeleton'
import styles from './HomeRow.module.css'

const ROWS = ['first', 'second', 'third'] as const
const CARDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** Home while it is awaited: rows of covers with their titles, the first of them with its seed. */
export const HomeBones = () => (
  <Later>
    {ROWS.map((row) => (
      <div key={row} className={styles.row}>
        <div className={styles.head}>
          <div className={styles.headBones}>
            {row === 'first' ? <Bone width={112} height={14} /> : null}
            <Bone width={row === 'first' ? 240 : 160} height={22} />
          </div>
        </div>
        <div className={`${styles.tracks} ${styles.still}`}>
          {row === 'first' ? (
            <div className={styles.seed}>
              <CoverBone />
            </div>
          ) : null}
          {CARDS.map((card, nth) => (
            <div key={card} className={row === 'first' && nth === 0 ? styles.begin : ''}>
              <CoverBone />
              <div className={styles.cardBones}>
                <Bone width={`${62 + ((nth * 13) % 30)}%`} height={14} />
                <Bone width={`${44 + ((nth * 7) % 24)}%`} height={12} />
              </div>
            </div>
          ))}
        </div>
      </div>
    ))}
  </Later>
)

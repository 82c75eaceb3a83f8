import { Cover } from '@/covers/Cover'
import { useTracks } from '@/list/tracks'
import { capital, countInWords } from '@/words/numbers'
import styles from './account.module.css'

const SHOWN = 6

/** The guest's likes, which come along to the account. */
export function KeptLikes({ likes }: { likes: readonly string[] }) {
  const ids = likes.slice(-SHOWN)
  const { data: found } = useTracks(ids)
  return (
    <>
      {capital(countInWords(likes.length, 'like'))} on this device {likes.length === 1 ? 'comes' : 'come'} with you.
      <span className={styles.likes}>
        {found?.map((track) => (
          <Cover key={track.id} track={track} size={48} />
        ))}
      </span>
    </>
  )
}

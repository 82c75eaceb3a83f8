import { Cover } from '@/covers/Cover'
import { useTracks } from '@/list/tracks'
import styles from './account.module.css'

const SHOWN = 6
const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six']

/** The guest's likes, which come along to the account. */
export function KeptLikes({ likes }: { likes: readonly string[] }) {
  const ids = likes.slice(-SHOWN)
  const { data: found } = useTracks(ids)
  const count = NUMBERS[likes.length] ?? likes.length
  return (
    <>
      {count} {likes.length === 1 ? 'like on this device comes' : 'likes on this device come'} with you.
      <span className={styles.likes}>
        {found?.map((track) => (
          <Cover key={track.id} track={track} size={48} />
        ))}
      </span>
    </>
  )
}

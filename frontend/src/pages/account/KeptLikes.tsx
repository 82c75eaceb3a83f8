import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { Cover } from '@/covers/Cover'
import styles from './account.module.css'

const SHOWN = 6
const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six']

/** The guest's likes, which come along to the account. */
export function KeptLikes({ likes }: { likes: readonly string[] }) {
  const ids = likes.slice(-SHOWN)
  const { data: found } = useQuery({
    queryKey: ['tracks', ids],
    queryFn: () => data(api.POST('/v1/tracks:batch', { body: { ids } })),
  })
  const count = NUMBERS[likes.length] ?? likes.length
  return (
    <>
      {count} {likes.length === 1 ? 'like on this device comes' : 'likes on this device come'} with you.
      <span className={styles.likes}>
        {found?.items.map((track) => (
          <Cover key={track.id} track={track} size={48} />
        ))}
      </span>
    </>
  )
}

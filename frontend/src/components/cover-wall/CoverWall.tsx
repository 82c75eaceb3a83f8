import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { Cover } from '@/covers/Cover'
import styles from './CoverWall.module.css'

const COUNT = 16

/** Four by four covers of what is popular here; decoration beside a form on wide screens. */
export function CoverWall() {
  const { data: found } = useQuery({
    queryKey: ['trending', COUNT],
    queryFn: () => data(api.GET('/v1/trending', { params: { query: { limit: COUNT } } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return (
    <div className={styles.wall} aria-hidden="true">
      {Array.from({ length: COUNT }, (_, i) => {
        const track = found?.tracks[i]?.track
        // biome-ignore lint/suspicious/noArrayIndexKey: a place of the wall, whatever stands there
        return <div key={i}>{track ? <Cover track={track} /> : <span className={styles.hole} />}</div>
      })}
    </div>
  )
}

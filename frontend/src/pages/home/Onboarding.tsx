import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { ButtonLink } from '@/components/button/Button'
import { capital, countInWords } from '@/words/numbers'
import styles from './SignedHome.module.css'

const ENOUGH = 5

/** Below five likes: the ways to the interest test and to an import. */
export function Onboarding() {
  const { data: likes } = useQuery({
    queryKey: ['liked', 'first', ENOUGH],
    queryFn: async ({ signal }) =>
      (await data(api.GET('/v1/me/likes', { params: { query: { limit: ENOUGH } }, signal }))).items.length,
  })
  if (likes === undefined || likes >= ENOUGH) return null
  return (
    <section className={styles.panel} aria-labelledby="onboarding">
      <div>
        <p className="small dim">{likes ? `${capital(countInWords(likes, 'like'))} so far` : 'No likes yet'}</p>
        <h2 className="title" id="onboarding">
          A few songs make this page yours
        </h2>
        <p className="small soft">
          At most twelve songs to answer; it ends sooner when it knows enough. Or bring what you heard elsewhere.
        </p>
      </div>
      <div className={styles.ways}>
        <ButtonLink kind="solid" to="/test">
          Start the test
        </ButtonLink>
        <ButtonLink to="/import">Bring your listening</ButtonLink>
      </div>
    </section>
  )
}

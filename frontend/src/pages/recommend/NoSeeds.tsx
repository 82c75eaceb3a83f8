import { Link } from '@tanstack/react-router'
import { Button } from '@/components/button/Button'
import { OneBox } from '@/components/one-box/OneBox'
import { useGuestLikes } from '@/feedback/opinions'
import { changed, type ListState, withSeed } from '@/list/state'
import { remember } from '@/list/tracks'
import styles from './RecommendPage.module.css'
import type { Change } from './useListState'

const SOME = 5

/** Nothing named yet: the one box, and the likes that this device holds. */
export function NoSeeds({ state, onChange }: { state: ListState; onChange: Change }) {
  const likes = useGuestLikes()
  return (
    <div className={styles.none}>
      <title>Recommend · Segue</title>
      <h1 className="title">Name a song to start from</h1>
      <OneBox
        label="Name a song you love"
        placeholder="Title, artist or a mood"
        onTrack={(track) => {
          remember([track])
          onChange(withSeed(state, track.id))
        }}
        onMood={(name) => onChange(changed(state, { name }))}
      />
      {likes.length ? (
        <Button onClick={() => onChange(changed(state, { seeds: likes.slice(-SOME) }))}>
          Start from {likes.length === 1 ? 'the song' : 'songs'} you liked here
        </Button>
      ) : null}
      <p className="soft">
        <Link to="/signin" search={{ next: '/recommend' }}>
          Sign in
        </Link>{' '}
        and the list starts from everything you like.
      </p>
    </div>
  )
}

import { ButtonLink } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'
import { useGuestLikes } from '@/feedback/opinions'
import { counted } from '@/words/dates'

/** For guests: the test chooses songs by answers that the server keeps. */
export function TestGuest() {
  const likes = useGuestLikes().length
  return (
    <>
      <h1 className="sr">Interest test</h1>
      <Empty
        title="The test needs an account"
        action={
          <>
            <ButtonLink kind="solid" to="/signup" search={{ next: '/test' }}>
              Sign up
            </ButtonLink>
            <ButtonLink to="/signin" search={{ next: '/test' }}>
              Sign in
            </ButtonLink>
            <ButtonLink kind="plain" to="/">
              Name a song instead
            </ButtonLink>
          </>
        }
      >
        It chooses each song by your answers so far, and keeps them. At most 12 songs, and a list from the ones you
        like.
        {likes ? ` The ${counted(likes, 'like')} on this device ${likes === 1 ? 'comes' : 'come'} along.` : ''}
      </Empty>
    </>
  )
}

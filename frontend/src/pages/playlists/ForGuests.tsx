import { ButtonLink } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'

/** Playlists are kept with an account. */
export function ForGuests() {
  const next = window.location.pathname
  return (
    <Empty
      title="Playlists need an account"
      action={
        <>
          <ButtonLink kind="solid" to="/signup" search={{ next }}>
            Sign up
          </ButtonLink>
          <ButtonLink to="/signin" search={{ next }}>
            Sign in
          </ButtonLink>
        </>
      }
    >
      They are kept with your likes, and nobody else sees them.
    </Empty>
  )
}

import { ButtonLink } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'
import { useGuestLikes } from '@/feedback/opinions'
import { counted } from '@/words/dates'

/** For guests: a report is made from likes that a server keeps. */
export function SignedOutReport() {
  const likes = useGuestLikes().length
  const kept = likes ? ` The ${counted(likes, 'like')} on this device ${likes === 1 ? 'comes' : 'come'} along.` : ''
  return (
    <>
      <h1 className="sr">Taste report</h1>
      <Empty
        title="A report is made from your likes"
        action={
          <>
            <ButtonLink kind="solid" to="/signup" search={{ next: '/report' }}>
              Sign up
            </ButtonLink>
            <ButtonLink to="/signin" search={{ next: '/report' }}>
              Sign in
            </ButtonLink>
          </>
        }
      >
        From 20 liked songs on it says how they differ from the songs on this server.{kept}
      </Empty>
    </>
  )
}

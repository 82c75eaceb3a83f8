import { IconHeart } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useSession } from '@/api/session'
import { Banner } from '@/components/banner/Banner'
import { useGuestLikes } from '@/feedback/opinions'

/** Once there is something to keep: how many likes this device holds, and how they are kept. */
export function GuestLikes() {
  const session = useSession()
  const count = useGuestLikes().length
  if (session.kind !== 'guest' || count === 0) return null
  const [likes, follow] = count === 1 ? ['1 like', 'it follows'] : [`${count} likes`, 'they follow']
  return (
    <Banner
      kind="off"
      icon={<IconHeart size={20} stroke={1.6} aria-hidden="true" />}
      title={`${likes}, kept on this device.`}
    >
      Sign up and {follow} you to the next one. <Link to="/signup">Sign up</Link>
    </Banner>
  )
}

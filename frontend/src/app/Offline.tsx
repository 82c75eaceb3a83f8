import { IconWifiOff } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { Banner } from '@/components/banner/Banner'
import { useWaiting } from '@/feedback/outbox'

const subscribe = (changed: () => void) => {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}

const useOnline = () => useSyncExternalStore(subscribe, () => navigator.onLine)

/** Says that the last lists are shown, and how many opinions wait to be sent. */
export function Offline() {
  const online = useOnline()
  const waiting = useWaiting()
  if (online) return null
  return (
    <Banner kind="off" icon={<IconWifiOff size={20} stroke={1.6} />} title="You are offline.">
      These are your last lists.{waitingSentence(waiting)}
    </Banner>
  )
}

function waitingSentence(count: number): string {
  if (count === 0) return ''
  return count === 1 ? ' One reaction waits and will be sent.' : ` ${count} reactions wait and will be sent.`
}

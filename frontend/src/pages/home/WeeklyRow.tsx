import { useQuery } from '@tanstack/react-query'
import { isUnwanted } from '@/feedback/opinions'
import { weeklyQuery } from '../weekly/queries'
import { HomeRow } from './HomeRow'

const TRACKS = 12

/** This week's list of songs not heard before; nothing while there is none. */
export function WeeklyRow() {
  const { data: found } = useQuery(weeklyQuery)
  const list = found?.lists.find(({ key }) => key === 'discover')
  const tracks = list?.tracks.filter(({ track }) => !isUnwanted(track)).slice(0, TRACKS) ?? []
  if (!list || !tracks.length) return null
  return (
    <HomeRow
      row={{
        key: 'weekly',
        title: 'This week, not heard before',
        seed: null,
        tracks: tracks.map(({ track, reason }) => ({ track, reason, score: 0 })),
      }}
    />
  )
}

import { IconCheck, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import styles from './connect.module.css'
import { libraryQuery } from './queries'

const DOES = [
  'Reads your likes, top songs and own playlists',
  'Saves a playlist as a private one when you ask for it',
  'Deletes all of it when you disconnect',
]
const NEVER = ['Never plays, follows or changes a playlist of yours']
const TRAINS_NOTHING = 'Its data trains nothing here'

/** What the link is for, and beside it what it never does; the operator decides whether its likes count. */
export function Reads() {
  const counts = useQuery(libraryQuery).data?.counts_for_taste
  const never = counts ? NEVER : [...NEVER, TRAINS_NOTHING]
  return (
    <ul className={`small soft ${styles.reads}`} aria-label="What is read, and what is never done">
      {DOES.map((words) => (
        <li key={words}>
          <IconCheck size={16} stroke={1.6} aria-hidden="true" />
          {words}
        </li>
      ))}
      {never.map((words) => (
        <li key={words}>
          <IconX size={16} stroke={1.6} aria-hidden="true" />
          {words}
        </li>
      ))}
    </ul>
  )
}

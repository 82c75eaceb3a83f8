import { IconCheck, IconX } from '@tabler/icons-react'
import styles from './connect.module.css'

const DOES = [
  'Reads your likes, top songs and own playlists',
  'Saves a playlist as a private one when you ask for it',
  'Deletes all of it when you disconnect',
]
const NEVER = ['Never plays, follows or changes a playlist of yours', 'Its data trains nothing here']

/** What the link is for, and beside it what it never does. */
export const Reads = () => (
  <ul className={`small soft ${styles.reads}`} aria-label="What is read, and what is never done">
    {DOES.map((words) => (
      <li key={words}>
        <IconCheck size={16} stroke={1.6} aria-hidden="true" />
        {words}
      </li>
    ))}
    {NEVER.map((words) => (
      <li key={words}>
        <IconX size={16} stroke={1.6} aria-hidden="true" />
        {words}
      </li>
    ))}
  </ul>
)

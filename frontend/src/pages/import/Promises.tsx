import { IconCheck, IconX } from '@tabler/icons-react'
import styles from './import.module.css'

const DOES = [
  'Reads plays, likes, dislikes and playlists, each once, however often the file comes',
  'Works on this server alone; nothing of it is sent anywhere',
  'Deletes the file once it is read',
]
const NEVER = ['Never stores IP addresses, devices or countries that stand in a file', 'Never takes private sessions']

/** What an import does, and beside it what it never does. */
export const Promises = () => (
  <section>
    <h2 className="head">What happens to a file</h2>
    <ul className={`small soft ${styles.promises}`}>
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
  </section>
)

import { Modal } from '@mantine/core'
import styles from './KeyList.module.css'

const WORDS: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['l', 'Like the song in focus'],
  ['x', 'Not for me'],
  ['w', 'Why this song'],
  ['u', 'Undo'],
  ['Space', 'Play or pause'],
  ['← →', 'Song before, song after'],
  ['?', 'This list'],
]

export default function KeyList({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" radius="md" centered>
      <dl className={styles.keys}>
        {WORDS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}

import { Modal } from '@mantine/core'
import styles from './KeyList.module.css'
import { SHORTCUT_WORDS } from './shortcutWords'

export default function KeyList({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" radius="md" centered>
      <dl className={styles.keys}>
        {SHORTCUT_WORDS.map(([key, meaning]) => (
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

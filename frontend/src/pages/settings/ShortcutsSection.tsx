import { useState } from 'react'
import { setShortcuts, shortcutsOn } from '@/app/shortcuts'
import { SHORTCUT_WORDS } from '@/app/shortcutWords'
import { Section } from '@/components/layout/PageHead'
import { Switch } from '@/components/switch/Switch'
import styles from './settings.module.css'

export function ShortcutsSection() {
  const [on, setOn] = useState(shortcutsOn)
  const change = (now: boolean) => {
    setShortcuts(now)
    setOn(now)
  }
  return (
    <Section id="shortcuts" title="Shortcuts">
      <Switch
        label="Single keys"
        hint="Off, if you use speech input or a screen reader that needs them."
        checked={on}
        onChange={change}
      />
      <dl className={styles.keys}>
        {SHORTCUT_WORDS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd className="small">{meaning}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

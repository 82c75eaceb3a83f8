import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import { announce } from '@/components/announcer/announce'
import { IconButton } from '@/components/button/IconButton'
import styles from './report.module.css'

/** A text with a button that copies it. */
export function CopyRow({ text }: { text: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    announce('Copied.')
  }
  const Icon = copied ? IconCheck : IconCopy
  return (
    <div className={styles.copy}>
      <code>{text}</code>
      <IconButton label={copied ? 'Copied' : 'Copy the link'} onClick={() => void copy()}>
        <Icon size={20} stroke={1.6} />
      </IconButton>
    </div>
  )
}

import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { announce } from '@/components/announcer/announce'
import { IconButton } from '@/components/button/IconButton'
import { showToast } from '@/components/toast/toasts'
import styles from './Code.module.css'

/** A block of code with a button that copies it; on phones long lines wrap. */
export function Code({ children, label, copied }: { children: string; label: string; copied?: string }) {
  return (
    <div className={styles.wrap}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section className={styles.code} tabIndex={0} aria-label={label}>
        <pre>{children}</pre>
      </section>
      <div className={styles.corner}>
        <CopyButton text={copied ?? children} label={`Copy: ${label}`} />
      </div>
    </div>
  )
}

/** One line to copy, such as a new key. */
export function CopyRow({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles.row}>
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  )
}

const SHOWN_MS = 2000

function CopyButton({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return undefined
    const timer = window.setTimeout(() => setDone(false), SHOWN_MS)
    return () => window.clearTimeout(timer)
  }, [done])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setDone(true)
      announce('Copied')
    } catch {
      showToast({ text: 'The browser did not let this page copy. Mark the text and copy it by hand.' })
    }
  }
  const Icon = done ? IconCheck : IconCopy
  return (
    <IconButton label={label} onClick={copy}>
      <Icon size={20} stroke={1.6} />
    </IconButton>
  )
}

import { useEffect, useState } from 'react'
import { useShortcut } from '@/app/shortcuts'
import styles from './Toast.module.css'
import { closeToast, type Toast, undoToast, useToast } from './toasts'

/** Where the toast stands: above the player and the tabs. */
export function ToastHost() {
  const toast = useToast()
  useShortcut('undo', undoToast)
  return <div className={styles.host}>{toast ? <Shown key={toast.id} toast={toast} /> : null}</div>
}

function Shown({ toast }: { toast: Toast }) {
  const { text, undo, also } = toast
  return (
    <div className={styles.toast} role="status">
      <span>{text}</span>
      {also ? (
        <button
          type="button"
          onClick={() => {
            closeToast()
            also.run()
          }}
        >
          {also.label}
        </button>
      ) : null}
      {undo ? (
        <button type="button" onClick={undoToast} data-testid="undo">
          Undo <Countdown endsAt={toast.endsAt} />
        </button>
      ) : null}
    </div>
  )
}

function Countdown({ endsAt }: { endsAt: number }) {
  const [left, setLeft] = useState(() => seconds(endsAt))
  useEffect(() => {
    const timer = window.setInterval(() => setLeft(seconds(endsAt)), 1000)
    return () => window.clearInterval(timer)
  }, [endsAt])
  return (
    <span className={styles.count} aria-hidden="true">
      {left} s
    </span>
  )
}

const seconds = (endsAt: number) => Math.max(0, Math.round((endsAt - Date.now()) / 1000))

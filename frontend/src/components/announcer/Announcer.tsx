import { useEffect, useState } from 'react'
import { onAnnouncement } from './announce'

/** The one polite live region of the app. */
export function Announcer() {
  const [text, setText] = useState('')
  useEffect(() => onAnnouncement(setText), [])
  return (
    <p className="sr" role="status" aria-live="polite">
      {text}
    </p>
  )
}

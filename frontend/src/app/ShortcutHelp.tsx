import { lazy, Suspense, useEffect, useState } from 'react'

const KeyList = lazy(() => import('./KeyList'))

/** The list of keys, opened by "?". */
export function ShortcutHelp() {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const show = () => setOpen(true)
    window.addEventListener('segue:help', show)
    return () => window.removeEventListener('segue:help', show)
  }, [])
  return open ? (
    <Suspense>
      <KeyList onClose={() => setOpen(false)} />
    </Suspense>
  ) : null
}

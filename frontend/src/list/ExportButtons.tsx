import { IconCopy, IconShare2 } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { IconButton } from '@/components/button/IconButton'
import { showToast } from '@/components/toast/toasts'
import type { ListFile } from './exports'
import { curlOf } from './request'
import type { ListState } from './state'

const ExportMenu = lazy(() => import('./ExportMenu'))

interface Props {
  state: ListState
  size: number
  file: Omit<ListFile, 'origin'>
  className?: string | undefined
}

/** The list as an API call, and as a file. */
export function ExportButtons({ state, size, file, className }: Props) {
  const { origin } = window.location
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(curlOf(state, size, origin))
      showToast({ text: 'Copied: the API call that makes this list.' })
    } catch {
      showToast({ text: 'The browser did not let this page copy.' })
    }
  }
  return (
    <span className={className}>
      <IconButton label="Copy as API call" onClick={copy}>
        <IconCopy size={20} stroke={1.6} />
      </IconButton>
      <Export file={{ ...file, origin }} />
    </span>
  )
}

/** The menu comes with the first press. */
function Export({ file }: { file: ListFile }) {
  const [asked, setAsked] = useState(false)
  const button = (
    <IconButton label="Export" aria-haspopup="menu" disabled={!file.tracks.length} onClick={() => setAsked(true)}>
      <IconShare2 size={20} stroke={1.6} />
    </IconButton>
  )
  return asked ? (
    <Suspense fallback={button}>
      <ExportMenu file={file} />
    </Suspense>
  ) : (
    button
  )
}

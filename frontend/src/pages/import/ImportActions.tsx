import { IconArrowBackUp, IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, ButtonLink } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { showToast } from '@/components/toast/toasts'
import { follow, importLeft } from './follow'
import styles from './import.module.css'
import type { Import } from './parts'
import { deleteImport, dropImport, putImport, undoImport } from './queries'
import { notRemoved } from './removal'

const SCROBBLES = 'scrobbles'
const LEFT = 'It has left this list already, so it cannot be taken back here.'
type Asked = 'undo' | 'forget'
const WORDS: Readonly<Record<Asked, { action: string; question: string }>> = {
  undo: { action: 'Take it back', question: 'Its plays, likes and playlist songs go, unless another import has them.' },
  forget: { action: 'Take off the list', question: 'Only the entry goes. What it recorded stays.' },
}

/** What can be done with an import: show its result, take back what it recorded, take it off the list. */
export function ImportActions({ view, shown }: { view: Import; shown: boolean }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const name = view.name || 'this file'
  const forget = useMutation({
    mutationFn: () => deleteImport(view.id),
    onSuccess: () => {
      dropImport(view.id)
      showToast({ text: 'The import is off this list. What it recorded stays.' })
    },
    onError: (error) => notRemoved(error, () => dropImport(view.id)),
  })
  const undo = useMutation({
    mutationFn: () => undoImport(view.id),
    onSuccess: (begun) => {
      putImport(begun)
      void follow(begun.id)
    },
    onError: (error) => notRemoved(error, () => importLeft(view.id), LEFT),
  })
  if (asked) {
    const step = asked === 'undo' ? undo : forget
    return (
      <div className={styles.confirm}>
        <p className="micro dim">{WORDS[asked].question}</p>
        <Button kind="plain" onClick={() => setAsked(null)} autoFocus>
          Keep
        </Button>
        <Button kind="danger" busy={step.isPending} onClick={() => step.mutate()}>
          {WORDS[asked].action}
        </Button>
      </div>
    )
  }
  const sent = view.status !== 'uploading'
  return (
    <div className={styles.links}>
      {shown || !sent ? null : (
        <ButtonLink kind="plain" to="/import" search={{ of: view.id }} aria-label={`Show the result of ${name}`}>
          Show
        </ButtonLink>
      )}
      {sent && view.name !== SCROBBLES ? (
        <IconButton label={`Take back what ${name} brought`} onClick={() => setAsked('undo')}>
          <IconArrowBackUp size={20} stroke={1.6} />
        </IconButton>
      ) : null}
      <IconButton label={`Take ${name} off this list`} onClick={() => setAsked('forget')}>
        <IconTrash size={20} stroke={1.6} />
      </IconButton>
    </div>
  )
}

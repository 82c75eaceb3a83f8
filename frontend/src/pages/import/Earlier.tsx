import { IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem } from '@/api/problem'
import { Button, ButtonLink } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Section } from '@/components/layout/PageHead'
import { Line, Lines } from '@/components/lines-list/Lines'
import { showToast } from '@/components/toast/toasts'
import { ago } from '@/words/dates'
import styles from './import.module.css'
import { type Import, sentOf } from './parts'
import { deleteImport, dropImport } from './queries'
import { summary } from './words'

interface Props {
  imports: readonly Import[]
  /** The import whose result stands above. */
  shown: string | undefined
}

/** Imports of the last 30 days, and uploads that broke off. */
export function Earlier({ imports, shown }: Props) {
  if (!imports.length) return null
  return (
    <Section title="Imported before">
      <Lines label="Imports of the last 30 days">
        {imports.map((view) => (
          <Line
            key={view.id}
            title={<bdi>{view.name || 'A file without a name'}</bdi>}
            detail={`${ago(view.created_at)} · ${view.status === 'uploading' ? broken(view) : summary(view)}`}
            action={<LineActions view={view} shown={view.id === shown} />}
          />
        ))}
      </Lines>
    </Section>
  )
}

const broken = ({ received, size }: Import) =>
  size
    ? `${sentOf(received, size)} sent. Choose the same file again and it goes on from there.`
    : 'being sent from another window'

function LineActions({ view, shown }: { view: Import; shown: boolean }) {
  const [sure, setSure] = useState(false)
  const forget = useMutation({
    mutationFn: () => deleteImport(view.id),
    onSuccess: () => {
      dropImport(view.id)
      showToast({ text: 'The import is off this list. What it recorded stays.' })
    },
    onError: (error) => showToast({ text: `It is still here. ${asProblem(error).message}` }),
  })
  if (sure)
    return (
      <div className={styles.confirm}>
        <Button kind="plain" onClick={() => setSure(false)} autoFocus>
          Keep
        </Button>
        <Button kind="danger" busy={forget.isPending} onClick={() => forget.mutate()}>
          Take off the list
        </Button>
      </div>
    )
  return (
    <div className={styles.links}>
      {shown || view.status === 'uploading' ? null : (
        <ButtonLink kind="plain" to="/import" search={{ of: view.id }} aria-label={`Show the result of ${view.name}`}>
          Show
        </ButtonLink>
      )}
      <IconButton label={`Take ${view.name} off this list`} onClick={() => setSure(true)}>
        <IconTrash size={20} stroke={1.6} />
      </IconButton>
    </div>
  )
}

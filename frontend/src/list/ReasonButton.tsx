import { lazy, Suspense, useCallback, useRef, useState } from 'react'
import type { Recommended } from '@/api/types'
import { useShortcut } from '@/app/shortcuts'
import styles from './ReasonButton.module.css'
import { alone, reasonLine } from './reason'
import type { SeedLine } from './seedLines'

const Why = lazy(() => import('./Why'))

interface Props {
  item: Recommended
  lines: readonly SeedLine[]
  /** With one seed the drawn line says its name; readers hear it. */
  single: boolean
  onSaid: (kind: 'dislike' | 'never') => void
}

/** The reason in a line that leads with the seed's name; opens Why. */
export function ReasonButton({ item, lines, single, onSaid }: Props) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => {
    setOpen(false)
    button.current?.focus({ preventScroll: true })
  }, [])
  useShortcut(
    'why',
    useCallback(() => {
      if (button.current?.closest('li')?.matches(':focus-within, :hover')) setOpen(true)
    }, []),
  )
  return (
    <>
      <button
        type="button"
        ref={button}
        className={styles.why}
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
      >
        <Words item={item} single={single} />
      </button>
      <Suspense>{open ? <Why item={item} lines={lines} onClose={close} onSaid={onSaid} /> : null}</Suspense>
    </>
  )
}

function Words({ item, single }: Pick<Props, 'item' | 'single'>) {
  const line = reasonLine(item.reason)
  if (!line.lead) return <span>{line.words}</span>
  if (single)
    return (
      <span>
        <span className="sr">
          <bdi>{line.lead}</bdi>:{' '}
        </span>
        {alone(line)}
      </span>
    )
  return (
    <span>
      {line.before ? <span className="sr">{line.before} </span> : null}
      <b>
        <bdi>{line.lead}</bdi>:
      </b>{' '}
      {line.words}
    </span>
  )
}

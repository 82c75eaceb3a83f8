import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import styles from './ErrorSummary.module.css'

export interface FieldFault {
  /** The id of the field, and the sentence that says what to do. */
  field: string
  text: string
}

interface Props {
  title: string
  faults?: readonly FieldFault[]
  detail?: string | undefined
  requestId?: string | null | undefined
}

/** What is wrong with a form, first: takes the focus and links to the fields. */
export function ErrorSummary({ title, faults = [], detail, requestId }: Props) {
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new failure takes the focus, even with equal words
  useEffect(() => box.current?.focus(), [title, faults, detail])
  return (
    <div ref={box} className={styles.summary} role="alert" tabIndex={-1}>
      <h2>
        <IconAlertTriangle size={20} stroke={1.6} aria-hidden="true" />
        {title}
      </h2>
      {detail ? <p>{detail}</p> : null}
      {faults.length > 0 ? (
        <ul>
          {faults.map(({ field, text }) => (
            <li key={field}>
              <a href={`#${field}`} onClick={(event) => focusOn(event, field)}>
                {text}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      {requestId ? <p className={styles.request}>Request {requestId}</p> : null}
    </div>
  )
}

function focusOn(event: React.MouseEvent, field: string): void {
  event.preventDefault()
  document.getElementById(field)?.focus()
}

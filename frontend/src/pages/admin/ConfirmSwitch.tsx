import { useEffect, useId, useRef } from 'react'
import { Button } from '@/components/button/Button'
import { Actions } from '@/components/layout/PageHead'
import styles from './ConfirmSwitch.module.css'

interface Props {
  version: string
  busy: boolean
  confirm: () => void
  cancel: () => void
}

/** Says what follows before it happens; takes the focus. */
export function ConfirmSwitch({ version, busy, confirm, cancel }: Props) {
  const title = useId()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return (
    <section className={styles.confirm} aria-labelledby={title}>
      <h3 className="name" id={title}>
        Publish {version}?
      </h3>
      <p className="small soft">
        The next request is answered by it, none is dropped. The release before stays installed: publishing it again
        takes one press.
      </p>
      <Actions>
        <Button kind="solid" busy={busy} onClick={confirm} ref={button}>
          Publish
        </Button>
        <Button kind="plain" onClick={cancel}>
          Not now
        </Button>
      </Actions>
    </section>
  )
}

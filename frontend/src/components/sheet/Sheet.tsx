import { Drawer, Popover } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './Sheet.module.css'
import { useWide } from './wide'

export { useWide } from './wide'

interface SheetProps {
  opened: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** The main action, which stays at the foot. */
  foot?: ReactNode
}

/** A sheet from the foot of the screen, with a grip. */
export function Sheet({ opened, onClose, title, children, foot }: SheetProps) {
  return (
    <Drawer.Root
      opened={opened}
      onClose={onClose}
      position="bottom"
      size="auto"
      classNames={{ content: styles.sheet, overlay: styles.scrim }}
    >
      <Drawer.Overlay />
      <Drawer.Content aria-label={title}>
        <div className={styles.grip} aria-hidden="true" />
        <div className={styles.body}>{children}</div>
        {foot ? <div className={styles.foot}>{foot}</div> : null}
      </Drawer.Content>
    </Drawer.Root>
  )
}

/** A popover beside its target on wide screens, a sheet on phones. */
export function PopoverOrSheet({ target, opened, onClose, title, children }: SheetProps & { target: ReactNode }) {
  const wide = useWide()
  if (!wide)
    return (
      <>
        {target}
        <Sheet opened={opened} onClose={onClose} title={title}>
          {children}
        </Sheet>
      </>
    )
  return (
    <Popover
      opened={opened}
      onChange={(now) => !now && onClose()}
      position="bottom-start"
      radius="md"
      width={372}
      trapFocus
      returnFocus
      classNames={{ dropdown: styles.pop }}
    >
      <Popover.Target>{target as React.ReactElement}</Popover.Target>
      <Popover.Dropdown aria-label={title}>{opened ? children : null}</Popover.Dropdown>
    </Popover>
  )
}

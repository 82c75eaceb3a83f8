import { useClickOutside, useFocusTrap, useMergedRef } from '@mantine/hooks'
import { IconBan, IconX } from '@tabler/icons-react'
import type { KeyboardEvent, ReactNode } from 'react'
import type { Recommended } from '@/api/types'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { Sheet, useWide } from '@/components/sheet/Sheet'
import type { SeedLine } from './seedLines'
import styles from './Why.module.css'
import { WhyMore } from './WhyMore'
import { WhyShares } from './WhyShares'

interface Props {
  item: Recommended
  lines: readonly SeedLine[]
  onClose: () => void
  onSaid: (kind: 'dislike' | 'never') => void
}

/** Why this song: beside the row on wide screens, a sheet with "Not for me" and "Never" on phones. */
export default function Why({ item, lines, onClose, onSaid }: Props) {
  const wide = useWide()
  const title = `Why “${item.track.title}”?`
  const content = (
    <>
      <div className={styles.head}>
        <h2 className="small name">
          Why “<bdi>{item.track.title}</bdi>”?
        </h2>
        <IconButton label="Close" onClick={onClose}>
          <IconX size={20} stroke={1.6} />
        </IconButton>
      </div>
      <WhyShares item={item} lines={lines} />
      <WhyMore track={item.track} onDone={onClose} />
    </>
  )
  if (wide)
    return (
      <Popover title={title} onClose={onClose}>
        {content}
      </Popover>
    )
  const say = (kind: 'dislike' | 'never') => {
    onClose()
    onSaid(kind)
  }
  return (
    <Sheet opened onClose={onClose} title={title}>
      {content}
      <div className={styles.actions}>
        <Button icon={<IconX size={20} stroke={1.6} aria-hidden="true" />} onClick={() => say('dislike')}>
          Not for me
        </Button>
        <Button icon={<IconBan size={20} stroke={1.6} aria-hidden="true" />} onClick={() => say('never')}>
          Never
        </Button>
      </div>
    </Sheet>
  )
}

function Popover({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const outside = useClickOutside<HTMLDivElement>(onClose)
  const trap = useFocusTrap()
  const ref = useMergedRef(outside, trap)
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
  }
  return (
    <div ref={ref} role="dialog" aria-label={title} className={styles.pop} onKeyDown={press}>
      {children}
    </div>
  )
}

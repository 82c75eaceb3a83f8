import { Button } from '@/components/button/Button'
import { Sheet } from '@/components/sheet/Sheet'
import type { ListState } from './state'
import { Tune } from './Tune'

interface Props {
  state: ListState
  /** How many songs the list shows now. */
  count: number
  onChange: (next: ListState, how?: { replace?: boolean }) => void
  onClose: () => void
}

/** Tune as a sheet; the list behind it changes with each dial. */
export default function TuneSheet({ state, count, onChange, onClose }: Props) {
  const foot = (
    <Button kind="solid" onClick={onClose}>
      Show {count} {count === 1 ? 'song' : 'songs'}
    </Button>
  )
  return (
    <Sheet opened onClose={onClose} title="Tune" foot={foot}>
      <Tune state={state} onChange={onChange} />
    </Sheet>
  )
}

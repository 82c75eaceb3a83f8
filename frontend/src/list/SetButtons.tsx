import { IconRotateClockwise } from '@tabler/icons-react'
import { Button } from '@/components/button/Button'
import styles from './SetButtons.module.css'
import { type ListState, MOST_SETS } from './state'

interface Props {
  state: ListState
  busy: boolean
  onChange: (next: ListState) => void
}

/** Another set without repeats; the one before stays a step back. */
export function SetButtons({ state, busy, onChange }: Props) {
  const to = (set: number) => {
    onChange({ ...state, set })
    window.scrollTo({ top: 0 })
  }
  return (
    <div className={styles.set}>
      <Button
        kind="solid"
        icon={<IconRotateClockwise size={20} stroke={1.6} aria-hidden="true" />}
        busy={busy}
        disabled={state.set >= MOST_SETS}
        onClick={() => to(state.set + 1)}
      >
        Generate another set
      </Button>
      {state.set > 1 ? (
        <Button kind="plain" onClick={() => to(state.set - 1)}>
          Back to set {state.set - 1}
        </Button>
      ) : null}
    </div>
  )
}

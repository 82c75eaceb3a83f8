import { useSession } from '@/api/session'
import { Switch } from '@/components/switch/Switch'
import type { Heard } from './state'
import styles from './Tune.module.css'

interface Props {
  heard: Heard | null
  onChange: (heard: Heard | null) => void
}

/** Only songs that are new to the person, or only ones not played for a year: one at most. Of guests nothing is known. */
export function HeardSwitches({ heard, onChange }: Props) {
  if (useSession().kind !== 'signed') return null
  const turn = (value: Heard) => (on: boolean) => onChange(on ? value : null)
  return (
    <fieldset className={styles.heard} aria-label="What you know">
      <Switch
        label="Only new to me"
        hint="Nothing you played, liked or keep in a playlist"
        checked={heard === 'never'}
        onChange={turn('never')}
      />
      <Switch
        label="Not heard for a year"
        hint="Songs you know may come back"
        checked={heard === 'year'}
        onChange={turn('year')}
      />
    </fieldset>
  )
}

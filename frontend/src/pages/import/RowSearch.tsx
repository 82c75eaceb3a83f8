import type { Track } from '@/api/types'
import { Button } from '@/components/button/Button'
import { OneBox } from '@/components/one-box/OneBox'
import { TrackFace } from '@/components/track-line/TrackLine'
import { nameOfRow } from './rows'
import fixing from './unmatched.module.css'
import type { Row } from './words'

interface Props {
  row: Row
  /** Songs that come near, after the best guess. */
  others: readonly Track[]
  busy: boolean
  onChoose: (track: Track) => void
  onClose: () => void
}

/** Finds the song that a row is: among those that come near, or by its name. */
export const RowSearch = ({ row, others, busy, onChoose, onClose }: Props) => (
  <div className={`${fixing.others} ${fixing.second}`}>
    {others.map((track) => (
      <div className={fixing.guess} key={track.id}>
        <TrackFace track={track} />
        <Button disabled={busy} aria-label={`This one: ${track.title}`} onClick={() => onChoose(track)}>
          This one
        </Button>
      </div>
    ))}
    <OneBox
      label={`The song that ${nameOfRow(row)} is`}
      placeholder="Title or artist"
      frame="compact"
      autoFocus
      onTrack={onChoose}
      onEscape={onClose}
    />
  </div>
)

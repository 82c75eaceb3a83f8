import { IconMinus } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Track } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { TrackFace } from '@/components/track-line/TrackLine'
import { nameAdded } from './added'
import { fixRow } from './fixed'
import styles from './import.module.css'
import { RowActions } from './RowActions'
import { RowSearch } from './RowSearch'
import { nameOfRow } from './rows'
import fixing from './unmatched.module.css'
import { type Row, timesInFile, whyNot } from './words'

interface Props {
  /** The import. */
  of: string
  row: Row
  onFixed: () => void
}

/** What a file names, why no song was taken for it, the best guess, and how to name another. */
export function UnmatchedRow({ of, row, onFixed }: Props) {
  const [searching, setSearching] = useState(false)
  const [named, setNamed] = useState<Track | null>(null)
  const fix = useMutation({
    mutationFn: (track: Track) =>
      row.track && row.own ? nameAdded(row.track, track.id) : fixRow(of, row.number, track.id),
    onSuccess: (_, track) => {
      setNamed(track)
      setSearching(false)
      announce(`${nameOfRow(row)} is now ${track.title}.`)
      onFixed()
    },
  })
  const guess = row.candidates[0]
  const toggle = () => setSearching(!searching)
  return (
    <li className={fixing.fix} data-row={row.number}>
      <Names row={row} />
      <div className={fixing.guess}>
        {row.track ? (
          <Fixed row={row} id={row.track} named={named} />
        ) : guess ? (
          <TrackFace track={guess} />
        ) : (
          <NoGuess />
        )}
        {row.track && row.own ? (
          <Button
            aria-expanded={searching}
            aria-label={`${searching ? 'Close' : 'Change'} for ${nameOfRow(row)}`}
            onClick={toggle}
          >
            {searching ? 'Close' : 'Change'}
          </Button>
        ) : null}
      </div>
      {searching ? (
        <RowSearch
          row={row}
          others={row.candidates.filter(({ id }) => id !== (row.track ?? guess?.id))}
          busy={fix.isPending}
          onChoose={fix.mutate}
          onClose={() => setSearching(false)}
        />
      ) : null}
      {row.track ? null : (
        <RowActions
          {...{ of, row, guess, searching }}
          busy={fix.isPending}
          onGuess={fix.mutate}
          onSearch={toggle}
          onDone={onFixed}
        />
      )}
      {fix.error ? (
        <div className={fixing.second}>
          <Failure error={fix.error} what="It was not kept." />
        </div>
      ) : null}
    </li>
  )
}

const Names = ({ row }: { row: Row }) => (
  <div>
    <p className="small name">
      <bdi>{row.title || 'Without a name'}</bdi>
    </p>
    <p className="small soft">
      {row.artist ? (
        <>
          <bdi>{row.artist}</bdi> ·{' '}
        </>
      ) : null}
      <span className="num">{timesInFile(row.count)}</span>
    </p>
    <p className="micro dim">{row.own ? 'Kept as it is, for you alone.' : row.track ? 'Named by you.' : whyNot(row)}</p>
  </div>
)

/** The song of a row that has one; of one that was chosen before, the page has the address alone. */
function Fixed({ row, id, named }: { row: Row; id: string; named: Track | null }) {
  const track = [named, ...row.candidates].find((one) => one?.id === id)
  return track ? (
    <TrackFace track={track} />
  ) : (
    <Link to="/track/$id" params={{ id }} className="small name">
      {row.own ? 'Your own song' : 'The song you chose'}
    </Link>
  )
}

const NoGuess = () => (
  <>
    <span className={fixing.hole}>
      <IconMinus size={20} stroke={1.6} aria-hidden="true" />
    </span>
    <p className={`small dim ${styles.grow}`}>No candidate</p>
  </>
)

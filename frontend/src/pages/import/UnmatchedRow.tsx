import { IconCheck, IconMinus } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Track } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { OneBox } from '@/components/one-box/OneBox'
import { Failure } from '@/components/states/Failure'
import { TrackFace } from '@/components/track-line/TrackLine'
import { keepRow } from './added'
import { fixRow } from './fixed'
import styles from './import.module.css'
import { leaveOut } from './queries'
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
    mutationFn: (track: Track) => fixRow(of, row.number, track.id),
    onSuccess: (_, track) => {
      setNamed(track)
      setSearching(false)
      announce(`${row.title || 'The row'} is now ${track.title}.`)
      onFixed()
    },
  })
  const leave = useMutation({
    mutationFn: () => leaveOut(of, row.number, true),
    onMutate: onFixed,
    onSuccess: () => announce(`${row.title || 'The row'} is left out.`),
  })
  const keep = useMutation({
    mutationFn: () => keepRow(of, row.number),
    onSuccess: () => {
      announce(`${name} is kept, for you alone.`)
      onFixed()
    },
  })
  const guess = row.candidates[0]
  const fixed = row.track ? (named ?? row.candidates.find(({ id }) => id === row.track) ?? null) : null
  const name = row.title || 'this row'
  const word = searching ? 'Close' : row.track ? 'Change' : 'Search'
  const search = (
    <Button
      kind={row.track ? 'outline' : 'plain'}
      aria-expanded={searching}
      aria-label={`${word} for ${name}`}
      onClick={() => setSearching(!searching)}
    >
      {word}
    </Button>
  )
  return (
    <li className={fixing.fix} data-row={row.number}>
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
        <p className="micro dim">
          {row.own ? 'Kept as it is, for you alone.' : row.track ? 'Named by you.' : whyNot(row)}
        </p>
      </div>
      <div className={fixing.guess}>
        {row.track ? (
          <Fixed id={row.track} track={fixed} own={row.own ?? false} />
        ) : guess ? (
          <TrackFace track={guess} />
        ) : (
          <NoGuess />
        )}
        {row.track ? search : null}
      </div>
      {searching ? (
        <div className={`${fixing.others} ${fixing.second}`}>
          <Candidates
            tracks={row.candidates.filter(({ id }) => id !== (row.track ?? guess?.id))}
            busy={fix.isPending}
            onChoose={fix.mutate}
          />
          <OneBox
            label={`The song that ${name} is`}
            placeholder="Title or artist"
            frame="compact"
            autoFocus
            onTrack={(track) => fix.mutate(track)}
            onEscape={() => setSearching(false)}
          />
        </div>
      ) : null}
      <div className={`${styles.foot} ${fixing.second}`} hidden={Boolean(row.track)}>
        {!row.track && guess ? (
          <Button
            icon={<IconCheck size={20} stroke={1.6} aria-hidden="true" />}
            busy={fix.isPending}
            aria-label={`This one: ${guess.title}, for ${name}`}
            onClick={() => fix.mutate(guess)}
          >
            This one
          </Button>
        ) : null}
        {guess ? search : null}
        {row.track || !row.title || !row.artist ? null : (
          <Button
            kind={guess ? 'plain' : 'outline'}
            busy={keep.isPending}
            aria-label={`Keep as it is: ${name}`}
            onClick={() => keep.mutate()}
          >
            Keep as it is
          </Button>
        )}
        {guess || row.track ? null : search}
        {row.track ? null : (
          <Button kind="plain" busy={leave.isPending} aria-label={`Leave out ${name}`} onClick={() => leave.mutate()}>
            Leave out
          </Button>
        )}
      </div>
      {keep.error ? (
        <div className={fixing.second}>
          <Failure error={keep.error} what="It was not kept." />
        </div>
      ) : null}
      {leave.error ? (
        <div className={fixing.second}>
          <Failure error={leave.error} what="It is still listed." />
        </div>
      ) : null}
      {fix.error ? (
        <div className={fixing.second}>
          <Failure error={fix.error} what="It was not kept." />
        </div>
      ) : null}
    </li>
  )
}

const Fixed = ({ id, track, own }: { id: string; track: Track | null; own: boolean }) =>
  track ? (
    <TrackFace track={track} />
  ) : (
    <Link to="/track/$id" params={{ id }} className="small name">
      {own ? 'Your own song' : 'The song you chose'}
    </Link>
  )

const NoGuess = () => (
  <>
    <span className={fixing.hole}>
      <IconMinus size={20} stroke={1.6} aria-hidden="true" />
    </span>
    <p className={`small dim ${styles.grow}`}>No candidate</p>
  </>
)

interface CandidatesProps {
  tracks: readonly Track[]
  busy: boolean
  onChoose: (track: Track) => void
}

/** The songs that come near after the best guess. */
const Candidates = ({ tracks, busy, onChoose }: CandidatesProps) =>
  tracks.map((track) => (
    <div className={fixing.guess} key={track.id}>
      <TrackFace track={track} />
      <Button disabled={busy} aria-label={`This one: ${track.title}`} onClick={() => onChoose(track)}>
        This one
      </Button>
    </div>
  ))

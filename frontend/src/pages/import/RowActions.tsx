import { IconCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Track } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { keepRow } from './added'
import { leaveOut } from './queries'
import { nameOfRow } from './rows'
import fixing from './unmatched.module.css'
import type { Row } from './words'

interface Props {
  /** The import. */
  of: string
  row: Row
  guess: Track | undefined
  busy: boolean
  searching: boolean
  onGuess: (track: Track) => void
  onSearch: () => void
  onDone: () => void
}

/** What can be done with a row without a track: take the best guess, search, keep it as it is, leave it out. */
export function RowActions({ of, row, guess, busy, searching, onGuess, onSearch, onDone }: Props) {
  const name = nameOfRow(row)
  const leave = useMutation({
    mutationFn: () => leaveOut(of, row.number, true),
    onMutate: onDone,
    onSuccess: () => announce(`${name} is left out.`),
  })
  const keep = useMutation({
    mutationFn: () => keepRow(of, row.number),
    onSuccess: () => {
      announce(`${name} is kept, for you alone.`)
      onDone()
    },
  })
  return (
    <div className={fixing.second}>
      <div className={fixing.actions}>
        {guess ? (
          <Button
            icon={<IconCheck size={20} stroke={1.6} aria-hidden="true" />}
            busy={busy}
            aria-label={`This one: ${guess.title}, for ${name}`}
            onClick={() => onGuess(guess)}
          >
            This one
          </Button>
        ) : null}
        <Button
          aria-expanded={searching}
          aria-label={`${searching ? 'Close' : 'Search'} for ${name}`}
          onClick={onSearch}
        >
          {searching ? 'Close' : 'Search'}
        </Button>
        {row.title && row.artist ? (
          <Button
            kind={guess ? 'plain' : 'outline'}
            busy={keep.isPending}
            aria-label={`Keep as it is: ${name}`}
            onClick={() => keep.mutate()}
          >
            Keep as it is
          </Button>
        ) : null}
        <Button kind="plain" busy={leave.isPending} aria-label={`Leave out ${name}`} onClick={() => leave.mutate()}>
          Leave out
        </Button>
      </div>
      {keep.error ? <Failure error={keep.error} what="It was not kept." /> : null}
      {leave.error ? <Failure error={leave.error} what="It is still listed." /> : null}
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import { Button } from '@/components/button/Button'
import { ChipRadios } from '@/components/chip/Chip'
import { OneBox } from '@/components/one-box/OneBox'
import { Select } from '@/components/select/Select'
import { setAside } from '@/mutes/exclusions'
import { lastMonths, periodOf, periodWords } from '@/mutes/months'
import { playlistsForMenu } from '@/playlists/queries'
import { sourceName } from './exclusionWords'
import styles from './unwanted.module.css'

const KINDS = [
  { value: 'month', name: 'A month' },
  { value: 'track', name: 'A song' },
  { value: 'playlist', name: 'A playlist' },
  { value: 'source', name: 'A source' },
] as const
type Kind = (typeof KINDS)[number]['value']
const MONTHS = 120

/** Chooses a month, a song, a playlist or a source whose likes and plays do not count. */
export function ExclusionForm({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<Kind>('month')
  const leaveOut = async (...given: Parameters<typeof setAside>) => {
    if (await setAside(...given)) onClose()
  }
  return (
    <fieldset className={styles.form} aria-label="Leave something out">
      <ChipRadios label="What does not count" options={KINDS} value={kind} onChange={setKind} />
      {kind === 'month' ? (
        <Choice
          label="Month"
          options={lastMonths(MONTHS)}
          onChoose={(month) => {
            const period = periodOf(month)
            if (period) void leaveOut(period, `${periodWords(period.since, period.until)} counts.`)
          }}
        />
      ) : kind === 'track' ? (
        <OneBox
          label="Song that does not count"
          placeholder="Title or artist"
          frame="compact"
          onTrack={({ id, title }) => void leaveOut({ track: id }, `“${title}” does not count for your taste.`)}
          onEscape={onClose}
        />
      ) : kind === 'playlist' ? (
        <OfPlaylists onChoose={(id, name) => void leaveOut({ playlist: id }, `“${name}” does not count.`)} />
      ) : (
        <OfSources onChoose={(source) => void leaveOut({ source }, `Nothing from ${sourceName(source)} counts.`)} />
      )}
    </fieldset>
  )
}

function OfPlaylists({ onChoose }: { onChoose: (id: string, name: string) => void }) {
  const { data: lists = [], isSuccess } = useQuery(playlistsForMenu)
  if (isSuccess && !lists.length) return <p className="small soft">There is no playlist yet.</p>
  const options = lists.map(({ id, name }) => ({ value: id, name }))
  return (
    <Choice
      label="Playlist"
      options={options}
      onChoose={(id) => onChoose(id, lists.find((list) => list.id === id)?.name ?? '')}
    />
  )
}

const MOST_PLAYS = 500
const sourcesQuery = {
  queryKey: ['plays', 'sources'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const { items } = await data(api.GET('/v1/me/plays', { params: { query: { limit: MOST_PLAYS } }, signal }))
    return [...new Set(items.map(({ source }) => source))].sort()
  },
}

/** The sources of the latest plays. */
function OfSources({ onChoose }: { onChoose: (source: string) => void }) {
  const { data: sources = [], isSuccess } = useQuery(sourcesQuery)
  if (isSuccess && !sources.length) return <p className="small soft">Nothing was played yet.</p>
  const options = sources.map((source) => ({ value: source, name: sourceName(source) }))
  return <Choice label="Source" options={options} onChoose={onChoose} />
}

interface ChoiceProps {
  label: string
  options: readonly { value: string; name: string }[]
  onChoose: (value: string) => void
}

function Choice({ label, options, onChoose }: ChoiceProps) {
  const [chosen, setChosen] = useState('')
  const value = chosen || (options[0]?.value ?? '')
  return (
    <>
      <Select label={label} options={options} value={value} onChange={setChosen} />
      <div className={styles.actions}>
        <Button disabled={!value} onClick={() => onChoose(value)}>
          Leave it out
        </Button>
      </div>
    </>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import { Button } from '@/components/button/Button'
import { ChipRadios } from '@/components/chip/Chip'
import { OneBox } from '@/components/one-box/OneBox'
import { Select } from '@/components/select/Select'
import { Failure } from '@/components/states/Failure'
import { type Mute, mute, muteArtist } from '@/mutes/mutes'
import { VERSIONS } from '@/mutes/words'
import { counted } from '@/words/dates'
import { capital } from '@/words/numbers'
import styles from './unwanted.module.css'

const KINDS = [
  { value: 'artist', name: 'Artist' },
  { value: 'genre', name: 'Genre' },
  { value: 'version', name: 'Versions' },
] as const
type Kind = (typeof KINDS)[number]['value']

interface Props {
  muted: readonly Mute[]
  onClose: () => void
}

/** Chooses an artist, a genre or a kind of versions to hear no more. */
export function MuteForm({ muted, onClose }: Props) {
  const [kind, setKind] = useState<Kind>('artist')
  const done = async (muting: Promise<boolean>) => {
    if (await muting) onClose()
  }
  return (
    <fieldset className={styles.form} aria-label="Mute something">
      <ChipRadios label="What to mute" options={KINDS} value={kind} onChange={setKind} />
      {kind === 'artist' ? (
        <OneBox
          label="Name the artist, and choose a song of theirs"
          placeholder="Artist, or a song of theirs"
          frame="compact"
          onTrack={({ artists }) => artists[0] && void done(muteArtist(artists[0]))}
          onEscape={onClose}
        />
      ) : kind === 'genre' ? (
        <Genre muted={muted} onMute={(value) => void done(mute({ kind, value, name: capital(value) }))} />
      ) : (
        <Choice
          label="Kind of versions"
          options={VERSIONS.filter(({ value }) => !muted.some((other) => other.value === value))}
          onMute={(value) => void done(mute({ kind, value, name: value }))}
        />
      )}
    </fieldset>
  )
}

const genresQuery = {
  queryKey: ['genres'],
  staleTime: 10 * 60_000,
  queryFn: async ({ signal }: { signal: AbortSignal }) => (await data(api.GET('/v1/genres', { signal }))).items,
}

function Genre({ muted, onMute }: { muted: readonly Mute[]; onMute: (value: string) => void }) {
  const { data: genres = [], error, refetch } = useQuery(genresQuery)
  if (error) return <Failure error={error} what="The genres did not load." retry={() => void refetch()} />
  const options = genres
    .filter(({ name }) => !muted.some(({ kind, name: other }) => kind === 'genre' && other === name))
    .map(({ name, tracks }) => ({ value: name, name: `${capital(name)}, ${counted(tracks, 'song')}` }))
    .sort((a, b) => a.name.localeCompare(b.name))
  return <Choice label="Genre" options={options} onMute={onMute} />
}

interface ChoiceProps {
  label: string
  options: readonly { value: string; name: string }[]
  onMute: (value: string) => void
}

function Choice({ label, options, onMute }: ChoiceProps) {
  const [chosen, setChosen] = useState('')
  const value = options.some((option) => option.value === chosen) ? chosen : (options[0]?.value ?? '')
  return (
    <>
      <Select label={label} options={options} value={value} onChange={setChosen} />
      <div className={styles.actions}>
        <Button disabled={!value} onClick={() => onMute(value)}>
          Mute it
        </Button>
      </div>
    </>
  )
}

import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useId, useState } from 'react'
import { api, data } from '@/api/client'
import type { Track } from '@/api/types'
import { Cover } from '@/covers/Cover'
import styles from './FlyBox.module.css'

const PAUSE_MS = 140
const MOST = 6

function useFound(text: string) {
  const [asked] = useDebouncedValue(text.trim(), PAUSE_MS)
  return useQuery({
    queryKey: ['search', asked, MOST],
    queryFn: async ({ signal }) =>
      (await data(api.GET('/v1/search', { params: { query: { q: asked, limit: MOST } }, signal }))).items,
    enabled: asked.length > 0,
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  })
}

/** Finds a song by name (WAI-ARIA combobox with a list): arrows and Enter, touch or mouse. */
export function FlyBox({ onTrack }: { onTrack: (track: Track) => void }) {
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const list = useId()
  const found = useFound(text)
  const tracks = text.trim() ? (found.data ?? []) : []
  const shown = open && tracks.length > 0

  const choose = (track: Track | undefined) => {
    if (!track) return
    setText('')
    setOpen(false)
    onTrack(track)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && shown) setActive((active + step + tracks.length) % tracks.length)
    else if (event.key === 'Enter') choose(tracks[active])
    else if (event.key === 'Escape') setOpen(false)
    else return
    event.preventDefault()
  }

  return (
    <div className={styles.box}>
      <IconSearch size={20} stroke={1.6} aria-hidden="true" />
      <input
        role="combobox"
        aria-label="Fly to a song or artist"
        placeholder="Fly to a song or artist"
        aria-expanded={shown}
        aria-controls={shown ? list : undefined}
        aria-autocomplete="list"
        aria-activedescendant={shown ? `${list}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setOpen(true)
          setActive(0)
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={press}
      />
      {shown ? <Found id={list} tracks={tracks} active={active} onChoose={choose} /> : null}
      <span role="status" className={open && text.trim() && found.data?.length === 0 ? styles.none : 'sr'}>
        {open && text.trim() && found.data?.length === 0 ? 'Nothing is called that.' : ''}
      </span>
    </div>
  )
}

interface FoundProps {
  id: string
  tracks: readonly Track[]
  active: number
  onChoose: (track: Track) => void
}

function Found({ id, tracks, active, onChoose }: FoundProps) {
  return (
    <div role="listbox" id={id} aria-label="Songs" className={styles.pop}>
      {tracks.map((track, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field, as in every combobox
        // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, aria-activedescendant points here
        <div
          key={track.id}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          className={styles.option}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(track)}
        >
          <Cover track={track} size={36} />
          <span className={styles.words}>
            <bdi className="small song cut">{track.title}</bdi>
            <bdi className="micro dim cut">{track.artists.map(({ name }) => name).join(', ')}</bdi>
          </span>
        </div>
      ))}
    </div>
  )
}

import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, type Ref, useId, useRef, useState } from 'react'
import type { Track } from '@/api/types'
import { queryClient } from '@/app/queryClient'
import styles from './OneBox.module.css'
import { type Choice, Options } from './Options'
import { namedTrack, searchQuery, useSuggestions } from './suggestions'
import { Tokens } from './Tokens'

interface Props {
  label: string
  placeholder: string
  /** What was named already; shown as tokens in the box. */
  seeds?: readonly Track[]
  mood?: string | null
  /** Named songs whose titles are not known yet: their room is kept. */
  awaited?: number
  onTrack: (track: Track) => void
  /** Takes text that names no song; without it only songs can be named. */
  onMood?: (text: string) => void
  onRemove?: (seed: Track) => void
  onRemoveMood?: () => void
  /** Compact is lower, for lists; floating stands over a picture. */
  frame?: 'large' | 'compact' | 'floating'
  autoFocus?: boolean
  onEscape?: () => void
  ref?: Ref<HTMLInputElement>
}

/** The one box: names songs, or a mood in words (WAI-ARIA combobox with a list, chosen by arrows and Enter, by touch or
 * mouse). Enter on text that is no title takes it for a mood. */
export function OneBox(props: Props) {
  const {
    label,
    placeholder,
    seeds = [],
    mood = null,
    awaited = 0,
    onRemove,
    onRemoveMood,
    frame = 'large',
    autoFocus,
    onEscape,
    ref,
  } = props
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const list = useId()
  const box = useRef<HTMLDivElement>(null)
  const { tracks, settled, failed } = useSuggestions(text)
  const choices = choicesOf(tracks, props.onMood && settled === text.trim() ? settled : '', seeds)
  const shown = open && text.trim().length > 0 && (choices.length > 0 || settled === text.trim())

  const clear = () => {
    setText('')
    setOpen(false)
    setActive(-1)
  }
  const choose = (choice: Choice) => {
    if (choice.kind === 'track') props.onTrack(choice.track)
    else props.onMood?.(choice.text)
    clear()
  }
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && choices.length) {
      event.preventDefault()
      setOpen(true)
      setActive(moved(active, step, choices.length))
    } else if (event.key === 'Enter' && text.trim()) {
      event.preventDefault()
      const chosen = choices[active]
      if (shown && chosen) choose(chosen)
      else void decide(text.trim(), Boolean(props.onMood)).then((choice) => choice && choose(choice))
    } else if (event.key === 'Escape') {
      if (text) clear()
      else onEscape?.()
    } else if (event.key === 'Backspace' && !text) {
      const last = seeds.at(-1)
      if (mood) onRemoveMood?.()
      else if (last) onRemove?.(last)
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a press on the frame only moves focus to the field inside it
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
    <div
      ref={box}
      className={[styles.box, styles[frame], seeds.length + awaited > 1 ? styles.several : styles.one].join(' ')}
      onClick={(event) => {
        if (event.target === event.currentTarget) box.current?.querySelector('input')?.focus()
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false)
      }}
    >
      {seeds.length || mood || awaited ? null : <IconSearch size={20} stroke={1.6} aria-hidden="true" />}
      <Tokens seeds={seeds} mood={mood} awaited={awaited} onRemove={onRemove} onRemoveMood={onRemoveMood} />
      <input
        ref={ref}
        type="text"
        enterKeyHint="search"
        role="combobox"
        aria-label={label}
        aria-expanded={shown && choices.length > 0}
        aria-controls={shown && choices.length > 0 ? list : undefined}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${list}-${active}` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: the box opens because a button was pressed that says so
        autoFocus={autoFocus}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setOpen(true)
          setActive(-1)
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={press}
      />
      <Options id={list} shown={shown} choices={choices} active={active} failed={failed} onChoose={choose} />
    </div>
  )
}

function choicesOf(tracks: readonly Track[], mood: string, seeds: readonly Track[]): Choice[] {
  const named = tracks
    .filter(({ id }) => !seeds.some((seed) => seed.id === id))
    .map((track): Choice => ({ kind: 'track', track }))
  return mood ? [...named, { kind: 'mood', text: mood }] : named
}

const moved = (active: number, step: number, count: number) =>
  active < 0 ? (step > 0 ? 0 : count - 1) : (active + step + count) % count

/** What Enter means without a choice: the song whose title the text is, else the mood; with no moods, the first song. */
async function decide(text: string, moods: boolean): Promise<Choice | null> {
  const tracks = await queryClient.fetchQuery(searchQuery(text)).catch(() => [])
  const track = namedTrack(text, tracks) ?? (moods ? undefined : tracks[0])
  if (track) return { kind: 'track', track }
  return moods ? { kind: 'mood', text } : null
}

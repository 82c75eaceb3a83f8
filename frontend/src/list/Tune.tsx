import { IconMinus, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { Button } from '@/components/button/Button'
import { IconButton } from '@/components/button/IconButton'
import { ChipRadios } from '@/components/chip/Chip'
import { Dial } from '@/components/dial/Dial'
import { RangeDial } from '@/components/dial/RangeDial'
import { HeardSwitches } from './HeardSwitches'
import { changed, isTuned, type ListState, MODES, untuned, withRange } from './state'
import styles from './Tune.module.css'
import { DIALS, dialWord, FURTHER_RANGES, PRESETS, RANGES, type RangeWords, rangeOf, rangeWords } from './tuning'

interface Props {
  state: ListState
  onChange: (next: ListState, how?: { replace?: boolean }) => void
}

/** Presets, dials and ranges; all of it stands in the address. */
export function Tune({ state, onChange }: Props) {
  const replace = (next: ListState) => onChange(next, { replace: true })
  const preset = PRESETS[state.mode]
  return (
    <>
      <div className={styles.head}>
        <h2 className="head">Tune</h2>
        <Button
          kind="plain"
          className={styles.reset}
          disabled={!isTuned(state)}
          onClick={() => onChange(untuned(state))}
        >
          Reset
        </Button>
      </div>
      <ChipRadios
        label="Preset"
        options={MODES}
        value={state.mode}
        onChange={(mode) => replace(changed(state, { mode, dials: {}, perArtist: null }))}
      />
      <div className={styles.dials}>
        {DIALS.map((words) => (
          <Dial
            key={words.name}
            label={words.label}
            low={words.low}
            high={words.high}
            value={state.dials[words.name] ?? preset[words.name]}
            word={(value) => dialWord(words, value)}
            onChange={(value) => replace(changed(state, { dials: { ...state.dials, [words.name]: value } }))}
          />
        ))}
        <PerArtist
          value={state.perArtist ?? preset.perArtist}
          onChange={(perArtist) => replace(changed(state, { perArtist }))}
        />
      </div>
      <HeardSwitches heard={state.heard} onChange={(heard) => replace(changed(state, { heard }))} />
      <Ranges state={state} onChange={replace} />
    </>
  )
}

const MOST_PER_ARTIST = 20

function PerArtist({ value, onChange }: { value: number | null; onChange: (value: number) => void }) {
  const now = value ?? MOST_PER_ARTIST
  return (
    <fieldset className={styles.step} aria-label="Songs per artist">
      <span>Songs per artist</span>
      <IconButton label="Fewer songs per artist" disabled={now <= 1} onClick={() => onChange(now - 1)}>
        <IconMinus size={20} stroke={1.6} />
      </IconButton>
      <output className="num" aria-live="polite">
        {value ?? 'Any'}
      </output>
      <IconButton label="More songs per artist" disabled={now >= MOST_PER_ARTIST} onClick={() => onChange(now + 1)}>
        <IconPlus size={20} stroke={1.6} />
      </IconButton>
    </fieldset>
  )
}

function Ranges({ state, onChange }: { state: ListState; onChange: (next: ListState) => void }) {
  const used = FURTHER_RANGES.some((name) => state.ranges[name])
  const [all, setAll] = useState(used)
  const shown = RANGES.filter(({ name }) => all || used || !FURTHER_RANGES.includes(name))
  return (
    <section className={styles.ranges} aria-label="Keep within">
      <h3 className="small dim">Keep within</h3>
      {shown.map((words) => (
        <Limits key={words.name} words={words} state={state} onChange={onChange} />
      ))}
      {shown.length < RANGES.length ? (
        <Button
          kind="plain"
          className={styles.more}
          icon={<IconPlus size={20} stroke={1.6} aria-hidden="true" />}
          onClick={() => setAll(true)}
        >
          Mood, acousticness
        </Button>
      ) : null}
    </section>
  )
}

interface LimitsProps {
  words: RangeWords
  state: ListState
  onChange: (next: ListState) => void
}

function Limits({ words, state, onChange }: LimitsProps) {
  const range = state.ranges[words.name]
  const bounded = (low: number, high: number) => {
    const chosen = rangeOf(words, low, high)
    return Object.keys(chosen).length ? chosen : undefined
  }
  return (
    <RangeDial
      label={words.label}
      min={words.min}
      max={words.max}
      step={words.step}
      low={range?.min ?? words.min}
      high={range?.max ?? words.max}
      words={(low, high) => rangeWords(words, bounded(low, high))}
      onChange={(low, high) => onChange(withRange(state, words.name, rangeOf(words, low, high)))}
    />
  )
}

import { Button } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'
import { capital, countInWords } from '@/words/numbers'
import { changed, type ListState, withRange } from './state'
import { RANGES } from './tuning'

interface Props {
  state: ListState
  /** Songs came, and all of them were sent away. */
  sentAway: boolean
  onChange: (next: ListState) => void
}

/** A list without songs: limits that nothing fits, no further set, or everything sent away; each with the way out. */
export function NothingFits({ state, sentAway, onChange }: Props) {
  const limits = RANGES.filter(({ name }) => state.ranges[name])
  if (sentAway)
    return (
      <Empty title="Every song here was sent away" action={<Another state={state} onChange={onChange} />}>
        Another set has songs that are not among these.
      </Empty>
    )
  if (limits.length)
    return (
      <Empty
        title="Nothing fits these limits"
        action={limits.map(({ name, label }) => (
          <Button key={name} onClick={() => onChange(withRange(state, name, null))}>
            Loosen {label.toLowerCase()}
          </Button>
        ))}
      >
        {limitsSentence(limits.length)}
      </Empty>
    )
  if (state.heard)
    return (
      <Empty
        title={state.heard === 'never' ? 'Nothing here is new to you' : 'Nothing here rested for a year'}
        action={
          <Button onClick={() => onChange(changed(state, { heard: null }))}>
            {state.heard === 'never' ? 'Let known songs in' : 'Let all songs in'}
          </Button>
        }
      >
        Every song that fits was {state.heard === 'never' ? 'played, liked or kept' : 'played in the last year'}.
      </Empty>
    )
  if (state.set > 1)
    return (
      <Empty
        title="No further set"
        action={<Button onClick={() => onChange({ ...state, set: state.set - 1 })}>Back to set {state.set - 1}</Button>}
      >
        The sets before hold every song that fits.
      </Empty>
    )
  return <Empty title="Nothing leads on from here">No song stands near what was named.</Empty>
}

const limitsSentence = (count: number) =>
  count === 1
    ? 'One limit removed every song.'
    : `${capital(countInWords(count, 'limit'))} together removed every song. Loosen one of them.`

const Another = ({ state, onChange }: Omit<Props, 'sentAway'>) => (
  <Button kind="solid" onClick={() => onChange(changed(state, { set: state.set + 1 }))}>
    Generate another set
  </Button>
)

import { Tick } from '@/components/tick/Tick'
import { type CardFact, MOST_FACTS, ticked } from './cardFacts'

interface Props {
  facts: readonly CardFact[]
  chosen: readonly string[]
  onChoose: (codes: string[]) => void
}

/** Which facts stand on the card: at most three, at least one. */
export function FactChoice({ facts, chosen, onChoose }: Props) {
  const full = chosen.length >= MOST_FACTS
  return (
    <fieldset>
      <legend className="small name">Facts, up to three</legend>
      {facts.map(({ code, figure, words }) => {
        const on = chosen.includes(code)
        const fixed = on ? chosen.length === 1 : full
        return (
          <div key={code}>
            <Tick checked={on} disabled={fixed} onChange={() => onChoose(ticked(facts, chosen, code))}>
              <b className="num">{figure}</b> <bdi>{words}</bdi>
            </Tick>
          </div>
        )
      })}
      {full && facts.length > MOST_FACTS ? (
        <p className="micro dim">Three are chosen. Take one off to add another.</p>
      ) : null}
    </fieldset>
  )
}

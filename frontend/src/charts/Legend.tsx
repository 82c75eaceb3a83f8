import frame from './frame.module.css'

export type LegendMark = 'bar' | 'line' | 'needle' | 'interval' | 'outline' | 'cell' | 'median' | 'band' | 'chance'

/** What the marks of a chart mean. */
export function Legend({ items }: { items: readonly (readonly [LegendMark, string])[] }) {
  return (
    <p className={`micro soft ${frame.legend}`}>
      {items.map(([mark, words]) => (
        <span key={words}>
          <i data-mark={mark} aria-hidden="true" />
          {words}
        </span>
      ))}
    </p>
  )
}

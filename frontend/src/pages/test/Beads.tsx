import { type Bead, beadSays } from './beads'
import beads from './beads.module.css'

/** The progress of the test as a line of beads. */
export function Beads({ line, label }: { line: readonly Bead[]; label: string }) {
  return (
    <ol className={beads.beads} aria-label={label}>
      {line.map((bead, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a bead is its place on the line
        <li key={i} data-bead={bead} aria-current={bead === 'now' ? 'step' : undefined}>
          <span className="sr">{beadSays(bead, i + 1)}</span>
          <i aria-hidden="true" />
        </li>
      ))}
    </ol>
  )
}

import rails from './rails.module.css'
import { percent } from './words'

interface ShareRow {
  name: string
  share: number
  /** The catalogue's share, as an outline behind the bar. */
  catalogue?: number | null
  claimed?: boolean
}

interface Props {
  caption: string
  /** What a row is: "Decade". */
  heading: string
  rows: readonly ShareRow[]
  wideNames?: boolean
}

/** Shares as solid bars inside the outlines of the catalogue's: a real table, so that readers walk it row by row. */
export function ShareBars({ caption, heading, rows, wideNames }: Props) {
  const most = Math.max(...rows.flatMap(({ share, catalogue }) => [share, catalogue ?? 0]), 0.0001)
  const width = (share: number) => `${((100 * share) / most).toFixed(1)}%`
  return (
    <table className={rails.bars} data-wide-names={wideNames || undefined}>
      <caption className="sr">{caption}</caption>
      <thead className="sr">
        <tr>
          <th scope="col">{heading}</th>
          <td>Bar</td>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, share, catalogue, claimed }) => (
          <tr key={name}>
            <th scope="row" className="num">
              {name}
            </th>
            <td className={rails.track} aria-hidden="true">
              {catalogue ? <b style={{ width: width(catalogue) }} /> : null}
              <span style={{ width: width(share) }} data-claimed={claimed || undefined} />
            </td>
            <td className="num">
              {percent(share)}
              {catalogue === null || catalogue === undefined ? null : (
                <span className="sr">, {percent(catalogue)} in the catalogue</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

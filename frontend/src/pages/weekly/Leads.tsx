import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { CopyRow } from '@/components/code/Code'
import { counted } from '@/words/dates'
import styles from './weekly.module.css'
import { leadsOf, type WeeklyList } from './words'

interface Props {
  list: WeeklyList
  /** An earlier week that is shown. */
  week: string | undefined
  earlier: ReactNode
}

/** The weeks that can be looked at, the songs that the list leads from, and the address at which it is found every week. */
export function Leads({ list, week, earlier }: Props) {
  const leads = leadsOf(list)
  return (
    <aside className={styles.aside} aria-label="About this list">
      {leads.length ? (
        <section>
          <h2 className="head">Leads from</h2>
          <ul className={styles.leads}>
            {leads.map(({ track, title, tracks }) => (
              <li key={track}>
                <Link to="/track/$id" params={{ id: track }} className="small cut">
                  <bdi>{title}</bdi>
                </Link>
                <span className="small num soft">{counted(tracks, 'song')}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {earlier}
      {week ? null : (
        <section>
          <h2 className="head">Follow it elsewhere</h2>
          <p className="small soft">
            The address stays, the songs change each week. A program needs an API key that may read your library.
          </p>
          <CopyRow
            text={`${window.location.origin}/v1/me/weekly/${list.key}/export?format=jspf`}
            label="Copy the address"
          />
        </section>
      )}
    </aside>
  )
}

import { Link } from '@tanstack/react-router'
import type { Track } from '@/api/types'
import { Cover, coverTrack } from '@/covers/Cover'
import { tint } from '@/covers/tint'
import styles from './LeadsInto.module.css'

/** The song after this one, with the line of the current song bending to its cover. */
export function LeadsInto({ from, to }: { from: Track; to: Track }) {
  return (
    <div className={styles.into}>
      <svg width="44" height="56" className="tint" style={tint(coverTrack(from))} aria-hidden="true">
        <circle cx="6" cy="-4" r="5" fill="var(--tint)" />
        <path d="M5 -4C5 21 13.6 31 44 31V25C17.4 25 7 17.1 7 -4Z" fill="var(--tint)" />
      </svg>
      <Cover track={to} size={56} />
      <div className={styles.text}>
        <p className="micro dim">Leads into</p>
        <p className="small name">
          <Link to="/track/$id" params={{ id: to.id }}>
            <bdi>{to.title}</bdi>
          </Link>
        </p>
        <p className="micro dim cut">
          <bdi>{to.artists.map(({ name }) => name).join(', ')}</bdi>
        </p>
      </div>
    </div>
  )
}

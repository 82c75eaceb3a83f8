import { useState } from 'react'
import type { Track } from '@/api/types'
import styles from './Cover.module.css'
import { coverMarkup } from './cover'
import type { CoverTrack } from './sound'

/** What a cover needs of a track of the API. */
export const coverTrack = (track: Track): CoverTrack => ({
  id: track.id,
  artist: track.artists[0]?.id ?? track.id,
  album: track.album ?? null,
  year: track.year ?? null,
  genres: track.genres ?? [],
  features: track.features ?? null,
})

interface Props {
  track: Track
  /** Width in px; without it the cover fills its box. */
  size?: number
  /** One large cover of a page stands on a shadow. */
  lifted?: boolean
  round?: boolean
  className?: string
}

/** A track's cover: the catalogue's picture where there is one that loads, else the drawing. Decoration for readers:
 * the title stands beside it. */
export function Cover({ track, size, lifted, round, className = '' }: Props) {
  const [broken, setBroken] = useState(false)
  const picture = track.image_url && !broken ? track.image_url : null
  const classes = [styles.cover, lifted ? styles.lifted : '', round ? styles.round : '', className].join(' ')
  return (
    <span className={classes} style={size ? { width: size } : undefined} aria-hidden="true">
      {picture ? (
        <img src={picture} alt="" loading="lazy" referrerPolicy="no-referrer" onError={() => setBroken(true)} />
      ) : (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: the markup is ours, none of it is a track's text
        <svg viewBox="0 0 320 320" dangerouslySetInnerHTML={{ __html: coverMarkup(coverTrack(track)) }} />
      )}
    </span>
  )
}

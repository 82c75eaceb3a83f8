import { Fragment } from 'react'
import type { Track } from '@/api/types'

/** A track's artists as text; each name keeps its own direction. */
export const ArtistNames = ({ track }: { track: Track }) =>
  track.artists.map((artist, i) => (
    <Fragment key={artist.id}>
      {i > 0 ? ', ' : ''}
      <bdi>{artist.name}</bdi>
    </Fragment>
  ))

import type { Track } from '@/api/types'

/** The card of what plays, on /recommend. */
export function NowPlaying(_: { leadsInto?: Track }) {
  return null
}

import type { SourceKind } from './sources'

/** What was heard of one track while it was the current one. */
export interface Listen {
  track: string
  source: SourceKind
  /** How much of it sounded, in ms; seeking adds nothing. */
  heardMs: number
  durationMs: number
  /** Where the play head stood last. */
  atMs: number
}

const LONGEST_STEP_MS = 1500
/** A play is 30 s or half of the track, as scrobblers count it. */
const PLAY_MS = 30_000
const PLAY_SHARE = 0.5
/** What is left sooner was a slip, not an opinion. */
const SLIP_MS = 2000

export const begun = (track: string, source: SourceKind): Listen => ({
  track,
  source,
  heardMs: 0,
  durationMs: 0,
  atMs: 0,
})

/** The listen after the play head moved: only small steps forward are sound that was heard. */
export function advanced(listen: Listen, atMs: number, durationMs: number): Listen {
  const step = atMs - listen.atMs
  const heard = step > 0 && step <= LONGEST_STEP_MS ? step : 0
  return { ...listen, atMs, durationMs, heardMs: listen.heardMs + heard }
}

/** What is reported when a track is left: a play, a skip, or nothing. A sketch is not the song, so hearing it through
 * or leaving it says nothing of the song. `own`: the person went on; false when the queue ended or the page closed. */
export function reportOf(listen: Listen, own: boolean): { track: string; kind: 'play' | 'skip'; ms: number } | null {
  if (listen.source === 'sketch') return null
  const ms = Math.round(listen.heardMs)
  const enough = listen.durationMs > 0 ? Math.min(PLAY_MS, listen.durationMs * PLAY_SHARE) : PLAY_MS
  if (ms >= enough) return { track: listen.track, kind: 'play', ms }
  return own && ms >= SLIP_MS ? { track: listen.track, kind: 'skip', ms } : null
}

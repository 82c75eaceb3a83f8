import type { Track } from '@/api/types'

/** Where the sound of a track comes from, best first: a recording of the catalogue, Spotify's own player, or the sketch
 * drawn from audio features. */
export type Source = { kind: 'audio'; url: string } | { kind: 'spotify'; id: string } | { kind: 'sketch' }

export type SourceKind = Source['kind']

type Playable = Pick<Track, 'preview' | 'external_ids' | 'features'>

const SPOTIFY_ID = /^[0-9A-Za-z]{22}$/
const EMBED = /^https:\/\/open\.spotify\.com\/embed\/track\/([0-9A-Za-z]{22})(?:[/?#]|$)/

/** The id that Spotify gave the track; null where the catalogue names none. A track's own id looks alike and is none. */
export function spotifyIdOf(track: Playable): string | null {
  const named = track.external_ids?.spotify
  if (named && SPOTIFY_ID.test(named)) return named
  const { provider, embed } = track.preview ?? {}
  return provider === 'spotify' ? (EMBED.exec(embed ?? '')?.[1] ?? null) : null
}

/** All sources in the order in which they are tried; empty where nothing can be played. */
export function sourcesOf(track: Playable, spotifyAgreed: boolean): Source[] {
  const sources: Source[] = []
  const url = recordingOf(track)
  if (url) sources.push({ kind: 'audio', url })
  const id = spotifyIdOf(track)
  if (id && spotifyAgreed) sources.push({ kind: 'spotify', id })
  if (hasSound(track)) sources.push({ kind: 'sketch' })
  return sources
}

function recordingOf({ preview }: Playable): string | null {
  if (!preview?.url || preview.provider === 'spotify') return null
  return /^(https?:\/\/|\/)/.test(preview.url) ? preview.url : null
}

/** A sketch of features that nobody measured would be made up. */
function hasSound({ features }: Playable): boolean {
  return typeof features?.tempo === 'number' || typeof features?.energy === 'number'
}

/** The page at Spotify where a track can be heard, for who has not agreed to load its player. */
export function linkOutOf(track: Playable): string | null {
  const id = spotifyIdOf(track)
  return id ? `https://open.spotify.com/track/${id}` : null
}

/** What a play button of this track says. */
export function playLabel(track: Playable, spotifyAgreed: boolean): string | null {
  const first = sourcesOf(track, spotifyAgreed)[0]?.kind
  if (!first) return null
  return { audio: 'Play', spotify: 'Play on Spotify', sketch: 'Play the sketch' }[first]
}

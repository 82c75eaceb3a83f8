/** What a cover is drawn from. `artist` is the first artist's id, because names change. */
export interface CoverTrack {
  id: string
  artist: string
  album?: string | null
  year?: number | null
  genres?: readonly string[]
  features?: Partial<Record<SoundAttribute, number | null>> | null
}

const MIDDLE = { energy: 0.5, valence: 0.5, acousticness: 0.3, danceability: 0.5, tempo: 118, key: 0, mode: 1 }
type SoundAttribute = keyof typeof MIDDLE
export type Sound = Record<SoundAttribute, number>

/** The attributes of a track; what nobody measured falls to the middle, and so does a key that was not found (-1). */
export function soundOf(track: CoverTrack): Sound {
  const sound: Sound = { ...MIDDLE }
  for (const name of Object.keys(MIDDLE) as SoundAttribute[]) {
    const value = track.features?.[name]
    if (typeof value === 'number' && Number.isFinite(value)) sound[name] = value
  }
  if (sound.key < 0) sound.key = MIDDLE.key
  return sound
}

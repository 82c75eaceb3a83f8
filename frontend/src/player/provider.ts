import type { Track } from '@/api/types'
import type { Source, SourceKind } from './sources'

export interface Progress {
  ms: number
  durationMs: number
}

/** What a provider tells of the track that it has loaded. */
export interface PlayerEvents {
  onPlaying: (playing: boolean) => void
  onProgress: (progress: Progress) => void
  onEnded: () => void
  onFailed: (error: unknown) => void
}

/** One way to make a track sound. After `stop` it tells nothing more of the track it had. */
export interface Provider {
  readonly kind: SourceKind
  canPlay: (source: Source) => boolean
  load: (track: Track, source: Source, events: PlayerEvents) => Promise<void>
  play: () => Promise<void>
  pause: () => void
  seek: (ms: number) => void
  stop: () => void
}

/** Providers are loaded when they are first needed: who never plays loads none. */
export const PROVIDERS: Readonly<Record<SourceKind, () => Promise<Provider>>> = {
  audio: async () => (await import('./providers/audio')).audio,
  sketch: async () => (await import('./providers/sketch')).sketch,
  spotify: async () => (await import('./providers/spotify')).spotify,
}

import { useSyncExternalStore } from 'react'

export const ORIGIN = 'https://open.spotify.com'
export const FRAME = 'spotify-player'
const listeners = new Set<() => void>()
let shown: string | null = null

/** Which track of Spotify the frame of the player bar holds; null: no frame, nothing is asked of Spotify. */
export function showEmbed(id: string | null): Promise<void> {
  shown = id
  for (const listener of listeners) listener()
  return Promise.resolve()
}

export const embedOf = () => document.getElementById(FRAME) as HTMLIFrameElement | null
export const embedAddress = (id: string) => `${ORIGIN}/embed/track/${id}`

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useEmbed = () => useSyncExternalStore(subscribe, () => shown)

/** What a message of the frame says of the playback; null for every other message. */
export function updateOf(message: unknown): { ms: number; durationMs: number; paused: boolean } | null {
  const { type, payload } = (message ?? {}) as { type?: unknown; payload?: Record<string, unknown> }
  if (type !== 'playback_update' || typeof payload !== 'object' || payload === null) return null
  const { position, duration, isPaused } = payload
  if (typeof position !== 'number' || typeof duration !== 'number') return null
  return { ms: position, durationMs: duration, paused: isPaused === true }
}

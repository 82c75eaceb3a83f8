/** The queue of the player. */
import type { Track } from '@/api/types'

/** Replaces the queue and plays its track number `start`. */
export function playTracks(_tracks: Track[], _start: number): void {}

export const usePlaying = (): { track: Track; playing: boolean } | null => null

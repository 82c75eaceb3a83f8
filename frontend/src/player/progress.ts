import { useSyncExternalStore } from 'react'
import type { Progress } from './provider'

const listeners = new Set<(progress: Progress) => void>()
let progress: Progress = { ms: 0, durationMs: 0 }

export function setProgress(next: Progress): void {
  progress = next
  for (const listener of listeners) listener(next)
}

/** Calls the listener about four times a second while something plays; returns how to stop. */
export function onProgress(listener: (progress: Progress) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useProgress = (): Progress => useSyncExternalStore(onProgress, () => progress)

/** How far the track is, 0 to 1. */
export const shareOf = ({ ms, durationMs }: Progress): number => (durationMs > 0 ? Math.min(1, ms / durationMs) : 0)

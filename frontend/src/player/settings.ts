import { useSyncExternalStore } from 'react'
import { erase, read, write } from '@/storage/device'

/** Whether the person agreed to load Spotify's player, which tells Spotify their address. Kept on this device. */
const STORED = 'segue.spotify-player'
const CHANGED = 'segue:spotify-player'

export const spotifyAgreed = (): boolean => read(STORED) === 'yes'

export function setSpotifyAgreed(agreed: boolean): void {
  if (agreed) write(STORED, 'yes')
  else erase(STORED)
  window.dispatchEvent(new Event(CHANGED))
}

/** Calls the listener when the agreement is given or taken back, here or in another tab. */
export function onSpotifyAgreed(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener)
  window.addEventListener('storage', listener)
  return () => {
    window.removeEventListener(CHANGED, listener)
    window.removeEventListener('storage', listener)
  }
}

export const useSpotifyAgreed = (): boolean => useSyncExternalStore(onSpotifyAgreed, spotifyAgreed)

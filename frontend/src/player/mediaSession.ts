import type { Track } from '@/api/types'
import { onProgress } from './progress'

interface Controls {
  toggle: () => void
  next: () => void
  previous: () => void
  seek: (ms: number) => void
}

const session = () => (typeof navigator !== 'undefined' && 'mediaSession' in navigator ? navigator.mediaSession : null)

/** Shows the track on the keys, headphones and lock screen of the device, and takes their presses. */
export function showInMediaSession(track: Track, controls: Controls): void {
  const media = session()
  if (!media) return
  media.metadata = new MediaMetadata({
    title: track.title,
    artist: track.artists.map(({ name }) => name).join(', '),
    album: track.album ?? '',
    artwork: track.image_url ? [{ src: track.image_url }] : [],
  })
  on('play', controls.toggle)
  on('pause', controls.toggle)
  on('nexttrack', controls.next)
  on('previoustrack', controls.previous)
  on('seekto', ({ seekTime }) => seekTime !== undefined && controls.seek(seekTime * 1000))
}

/** A browser that does not know an action refuses its handler. */
function on(action: MediaSessionAction, handler: (details: MediaSessionActionDetails) => void): void {
  try {
    session()?.setActionHandler(action, handler)
  } catch {
    // the key stays with the browser
  }
}

/** Whether it sounds; null when there is nothing to show. */
export function tellMediaSession(playing: boolean | null): void {
  const media = session()
  if (!media) return
  media.playbackState = playing === null ? 'none' : playing ? 'playing' : 'paused'
  if (playing === null) media.metadata = null
}

onProgress(({ ms, durationMs }) => {
  if (durationMs <= 0 || ms > durationMs) return
  session()?.setPositionState?.({ duration: durationMs / 1000, position: ms / 1000, playbackRate: 1 })
})

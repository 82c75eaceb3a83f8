import type { Track } from '@/api/types'
import type { PlayerEvents, Provider } from '../provider'
import type { Source, SourceKind } from '../sources'

/** The one audio element: a phone lets it play on because a press once started it. */
let shared: HTMLAudioElement | null = null
let detach = () => {}
/** Rises with every load and stop: an address that comes later belongs to a track that was left. */
let loads = 0

function element(): HTMLAudioElement {
  if (!shared) {
    shared = document.createElement('audio')
    shared.hidden = true
    document.body.append(shared)
  }
  return shared
}

function attach(audio: HTMLAudioElement, events: PlayerEvents): () => void {
  const stop = new AbortController()
  const on = (name: string, tell: () => void) => audio.addEventListener(name, tell, { signal: stop.signal })
  const progress = () => events.onProgress({ ms: audio.currentTime * 1000, durationMs: lengthOf(audio) })
  on('play', () => events.onPlaying(true))
  on('pause', () => events.onPlaying(false))
  on('timeupdate', progress)
  on('durationchange', progress)
  on('ended', () => events.onEnded())
  on('error', () => events.onFailed(audio.error))
  return () => stop.abort()
}

const lengthOf = (audio: HTMLAudioElement) => (Number.isFinite(audio.duration) ? audio.duration * 1000 : 0)

/** A provider that plays the address of a track in the audio element. */
export function elementProvider(
  kind: SourceKind,
  canPlay: (source: Source) => boolean,
  addressOf: (track: Track, source: Source) => Promise<string>,
): Provider {
  return {
    kind,
    canPlay,
    async load(track, source, events) {
      const load = ++loads
      const address = await addressOf(track, source)
      if (load !== loads) return // another track was chosen meanwhile
      detach()
      const audio = element()
      detach = attach(audio, events)
      audio.src = address
    },
    play: () => element().play(),
    pause: () => element().pause(),
    seek: (ms) => {
      element().currentTime = ms / 1000
    },
    stop: () => {
      loads++
      detach()
      detach = () => {}
      element().pause()
      element().removeAttribute('src')
    },
  }
}

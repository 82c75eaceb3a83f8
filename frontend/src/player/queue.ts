/** The queue and what drives it: one track at a time, by the best source it has. State is shared by the whole app. */
import { useSyncExternalStore } from 'react'
import { onSession, sessionState } from '@/api/session'
import type { Track } from '@/api/types'
import { showToast } from '@/components/toast/toasts'
import { send } from '@/feedback/outbox'
import { advanced, begun, type Listen, reportOf } from './listening'
import { showInMediaSession, tellMediaSession } from './mediaSession'
import { setProgress } from './progress'
import { type PlayerEvents, PROVIDERS, type Provider } from './provider'
import { spotifyAgreed } from './settings'
import { type Source, sourcesOf } from './sources'
import { stepBack, stepOn } from './steps'

export { onProgress, useProgress } from './progress'

export interface Playing {
  track: Track
  playing: boolean
  /** What sounds; null while nothing has been found that does. */
  source: Source | null
  /** What comes after it in the queue. */
  following: Track | null
}

const listeners = new Set<() => void>()
let tracks: readonly Track[] = []
let at = 0
let shown: Playing | null = null
let provider: Provider | null = null
let listen: Listen | null = null
/** Rises with every track that is begun: what an earlier one still tells is not heard. */
let turn = 0

function show(next: Playing | null): void {
  shown = next
  for (const listener of listeners) listener()
}

/** Replaces the queue by these tracks and plays the one at `start`. */
export function playTracks(list: readonly Track[], start: number): void {
  if (list.length === 0) return
  leave(true)
  tracks = [...list]
  void begin(Math.min(Math.max(start, 0), list.length - 1))
}

/** Plays on or pauses; nothing without a queue. */
export function toggle(): void {
  if (!shown || !provider) return
  if (shown.playing) provider.pause()
  else void provider.play().catch(refused)
}

/** The next track that can be played; at the end the queue stops. */
export function next(): void {
  advance(true)
}

/** Begins the track anew after three seconds, else plays the one before it. */
export function previous(): void {
  if (!shown) return
  const to = stepBack(at, listen?.atMs ?? 0)
  if (to === at) {
    seek(0)
    return
  }
  leave(true)
  void begin(to)
}

export function seek(ms: number): void {
  provider?.seek(ms)
}

/** Plays the current track from its start by the best source it has now, after a setting has changed. */
export function playAgain(): void {
  if (!shown) return
  leave(false)
  void begin(at)
}

/** What one person hears is nobody else's: after a sign-out the queue is empty. A guest who signs in goes on. */
let listener = whoListens()
onSession(() => {
  const before = listener
  listener = whoListens()
  if (before && before !== listener) stopPlaying()
})

function whoListens(): string | null {
  const state = sessionState()
  return state.kind === 'signed' ? state.user.id : null
}

/** Stops and empties the queue. */
export function stopPlaying(): void {
  leave(true)
  tracks = []
  show(null)
  tellMediaSession(null)
}

function advance(own: boolean): void {
  if (!shown) return
  const to = stepOn(at, tracks.length)
  if (to === null && own) return
  leave(own)
  if (to === null) end()
  else void begin(to)
}

function end(): void {
  if (shown) show({ ...shown, playing: false })
  setProgress({ ms: 0, durationMs: 0 })
  void ready(at, false)
}

const begin = (index: number) => ready(index, true)

/** Makes the track at `index` the current one and loads its best source; tracks without one are passed over. */
async function ready(index: number, plays: boolean): Promise<void> {
  const track = tracks[index]
  if (!track) return
  const mine = ++turn
  at = index
  setProgress({ ms: 0, durationMs: 0 })
  show({ track, playing: plays, source: null, following: tracks[at + 1] ?? null })
  showInMediaSession(track, { toggle, next, previous, seek })
  for (const source of sourcesOf(track, spotifyAgreed())) {
    if (await loaded(track, source, mine, plays)) return
    if (mine !== turn) return
  }
  nothingOf(track)
}

async function loaded(track: Track, source: Source, mine: number, plays: boolean): Promise<boolean> {
  try {
    const found = await PROVIDERS[source.kind]()
    if (mine !== turn) return false
    if (provider !== found) provider?.stop()
    provider = found
    listen = begun(track.id, source.kind)
    await found.load(track, source, eventsOf(mine))
    if (mine !== turn || !shown) return false
    show({ ...shown, source })
    if (plays) await found.play().catch(refused)
    return true
  } catch {
    return false
  }
}

const eventsOf = (mine: number): PlayerEvents => {
  const now = () => mine === turn && shown !== null
  return {
    onPlaying: (playing) => {
      if (now() && shown && shown.playing !== playing) show({ ...shown, playing })
      if (now()) tellMediaSession(playing)
    },
    onProgress: (progress) => {
      if (!now()) return
      if (listen) listen = advanced(listen, progress.ms, progress.durationMs)
      setProgress(progress)
    },
    onEnded: () => now() && advance(false),
    onFailed: () => now() && failed(),
  }
}

/** A recording that does not come is replaced by the sketch, where there is one. */
function failed(): void {
  const track = shown?.track
  if (!track) return
  const sketch = shown?.source?.kind === 'sketch' ? undefined : sourcesOf(track, false).find((s) => s.kind === 'sketch')
  showToast({ text: sketch ? 'The recording did not load. This is its sketch.' : 'This song did not load.' })
  if (sketch) void loaded(track, sketch, ++turn, true)
  else if (shown) show({ ...shown, playing: false })
}

function nothingOf(track: Track): void {
  const to = stepOn(at, tracks.length)
  if (to !== null) {
    void begin(to)
    return
  }
  showToast({ text: `“${track.title}” has no sound here.` })
  if (shown) show({ ...shown, playing: false })
}

/** A browser lets a page sound only after a press; the button then says play. */
function refused(): void {
  if (shown) show({ ...shown, playing: false })
}

/** Says what was heard of the current track, and silences it. */
function leave(own: boolean): void {
  turn += 1
  const report = listen ? reportOf(listen, own) : null
  listen = null
  provider?.stop()
  if (report) void send([{ ...report, source: 'web' }])
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The current track and whether it sounds; null before anything was played. */
export const usePlaying = (): Playing | null => useSyncExternalStore(subscribe, () => shown)
export const currentTrack = (): Track | null => shown?.track ?? null

/** A page that is closed ends the listen: what was heard is kept by the outbox and sent at the next visit. */
window.addEventListener('pagehide', () => {
  const report = listen ? reportOf(listen, false) : null
  listen = null
  if (report) void send([{ ...report, source: 'web' }])
})

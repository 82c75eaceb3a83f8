import type { PlayerEvents, Provider } from '../provider'
import { embedOf, ORIGIN, showEmbed, updateOf } from './spotifyEmbed'

let events: PlayerEvents | null = null
let playing = false

/** The frame tells how far it is; the message is believed only if it comes from Spotify's own origin. */
function listen(message: MessageEvent): void {
  const update = message.origin === ORIGIN ? updateOf(message.data) : null
  if (!update || !events) return
  playing = !update.paused
  events.onPlaying(playing)
  events.onProgress({ ms: update.ms, durationMs: update.durationMs })
  if (update.paused && update.durationMs > 0 && update.ms >= update.durationMs - 500) events.onEnded()
}

const tell = (command: object) => embedOf()?.contentWindow?.postMessage(command, ORIGIN)

/** Spotify's own player in a frame of the player bar. Only its origin may be framed (content security policy), and no
 * script of it runs in this page; where its messages do not come, its own buttons still work. */
export const spotify: Provider = {
  kind: 'spotify',
  canPlay: (source) => source.kind === 'spotify',
  async load(_, source, heard) {
    window.addEventListener('message', listen)
    events = heard
    if (source.kind === 'spotify') await showEmbed(source.id)
  },
  play: async () => {
    tell({ command: playing ? 'resume' : 'play' })
  },
  pause: () => {
    tell({ command: 'pause' })
    events?.onPlaying(false)
  },
  seek: (ms) => {
    tell({ command: 'seek', timestamp: ms / 1000 })
  },
  stop: () => {
    window.removeEventListener('message', listen)
    events = null
    playing = false
    void showEmbed(null)
  },
}

/** Plays a song's sketch through the player's queue, where this build has one. */
import type { Track } from '@/api/types'

interface Queue {
  playTracks: (tracks: readonly Track[], start: number) => void
}

const queues = import.meta.glob<Queue>('../../player/queue.ts')
const load = Object.values(queues)[0]

/** Null where there is no player: then there is no button. */
export const playSketch = load ? async (track: Track): Promise<void> => (await load()).playTracks([track], 0) : null

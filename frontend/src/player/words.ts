import type { Source } from './sources'

/** What is heard, in one or two words. */
export const sourceName = ({ kind }: Source): string =>
  ({ audio: 'Recording', spotify: 'Spotify', sketch: 'Sound sketch' })[kind]

/** What a listener must know of it: a sketch must not pass for the song. */
export const sourceNote = (source: Source | null): string | null =>
  source?.kind === 'sketch' ? 'Drawn from its tempo, key and energy. Not the recording.' : null

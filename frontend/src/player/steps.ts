const AGAIN_AFTER_MS = 3000

/** The place after `at` in a queue of `count` tracks; null at its end. */
export const stepOn = (at: number, count: number): number | null => (at + 1 < count ? at + 1 : null)

/** The place before `at`; the same place where the track has run for three seconds or is the first. */
export const stepBack = (at: number, playedMs: number): number => (playedMs > AGAIN_AFTER_MS || at === 0 ? at : at - 1)

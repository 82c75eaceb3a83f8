/** Opinions of a guest, kept on this device until there is an account to take them. */
import type { OpinionKind } from '@/api/types'
import { erase, readJson, writeJson } from '@/storage/device'

export type GuestOpinion = { track: string; kind: Exclude<OpinionKind, 'neutral'>; at: string }

const STORED = 'segue.guest'
const MOST = 500

export function guestOpinions(): GuestOpinion[] {
  const found = readJson(STORED)
  return Array.isArray(found) ? (found as GuestOpinion[]) : []
}

/** The opinions after one more: the last word about a track counts, `neutral` takes it back. */
export function withOpinion(
  opinions: readonly GuestOpinion[],
  track: string,
  kind: OpinionKind,
  at: string,
): GuestOpinion[] {
  const others = opinions.filter((opinion) => opinion.track !== track)
  return kind === 'neutral' ? others : [...others, { track, kind, at }].slice(-MOST)
}

export const keepGuestOpinions = (opinions: readonly GuestOpinion[]) => writeJson(STORED, opinions)
export const clearGuestOpinions = () => erase(STORED)

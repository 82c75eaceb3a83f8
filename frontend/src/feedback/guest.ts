/** Opinions of a guest, kept on this device until there is an account to take them. */
import type { OpinionKind } from '@/api/types'

export type GuestOpinion = { track: string; kind: Exclude<OpinionKind, 'neutral'>; at: string }

const STORED = 'segue.guest'
const MOST = 500

export function guestOpinions(): GuestOpinion[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]')
    return Array.isArray(found) ? (found as GuestOpinion[]) : []
  } catch {
    return []
  }
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

export const keepGuestOpinions = (opinions: readonly GuestOpinion[]) =>
  localStorage.setItem(STORED, JSON.stringify(opinions))
export const clearGuestOpinions = () => localStorage.removeItem(STORED)

/** What the person says of tracks, shown at once: an overlay of what was said here on what the server answers. */
import { useSyncExternalStore } from 'react'
import { onSession, sessionState } from '@/api/session'
import type { OpinionKind, Track } from '@/api/types'
import { queryClient } from '@/app/queryClient'
import { showToast } from '@/components/toast/toasts'
import { clearGuestOpinions, guestOpinions, keepGuestOpinions, withOpinion } from './guest'
import { onRefused, onSent, send } from './outbox'

const listeners = new Set<() => void>()
let said: ReadonlyMap<string, OpinionKind> = new Map(guestOpinions().map(({ track, kind }) => [track, kind]))
let owner = ownerNow()

function ownerNow(): string {
  const state = sessionState()
  return state.kind === 'signed' ? state.user.id : 'guest'
}

function become(next: ReadonlyMap<string, OpinionKind>): void {
  said = next
  for (const listener of listeners) listener()
}

/** The opinion of a track: what was said here, else what came with it. */
export const opinionOf = (track: Pick<Track, 'id' | 'like'>): OpinionKind =>
  said.get(track.id) ??
  ({ 1: 'like', '-1': 'dislike', 0: 'neutral' } as const)[String(track.like ?? 0) as '1'] ??
  'neutral'

/** Says it; the returned promise ends when the server has it or it waits in the outbox. */
export function say(track: string, kind: OpinionKind): Promise<void> {
  become(new Map(said).set(track, kind))
  if (ownerNow() !== 'guest') return send([{ track, kind }])
  keepGuestOpinions(withOpinion(guestOpinions(), track, kind, new Date().toISOString()))
  return Promise.resolve()
}

/** Says the same of many tracks, in one request. */
export function sayAll(tracks: readonly string[], kind: OpinionKind): Promise<void> {
  const next = new Map(said)
  for (const track of tracks) next.set(track, kind)
  become(next)
  if (ownerNow() !== 'guest') return send(tracks.map((track) => ({ track, kind })))
  const at = new Date().toISOString()
  keepGuestOpinions(tracks.reduce((kept, track) => withOpinion(kept, track, kind, at), guestOpinions()))
  return Promise.resolve()
}

/** Whether a track may not come again: not for me, or never. */
export const isUnwanted = (track: Pick<Track, 'id' | 'like'>): boolean => {
  const opinion = opinionOf(track)
  return opinion === 'dislike' || opinion === 'never'
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useOpinion = (track: Pick<Track, 'id' | 'like'>) => useSyncExternalStore(subscribe, () => opinionOf(track))
/** Rises with every opinion; for lists that leave out what is unwanted. */
export const useOpinions = () => useSyncExternalStore(subscribe, () => said)
export const useGuestLikes = (): string[] => {
  const all = useOpinions()
  return [...all].filter(([, kind]) => kind === 'like').map(([track]) => track)
}

/** Queries whose answers depend on the person's opinions; they are asked anew when the server has a new one. */
export const DEPENDS_ON_TASTE = [
  'recommendations',
  'home',
  'liked',
  'report',
  'history',
  'interest-test',
  'weekly',
] as const

/** Asks anew for everything that depends on the person's taste. */
export function tasteChanged(): void {
  for (const name of DEPENDS_ON_TASTE) void queryClient.invalidateQueries({ queryKey: [name] })
}

onSent((events) => {
  if (events.some(({ kind }) => kind !== 'impression' && kind !== 'play')) tasteChanged()
})

/** What the server will not take is shown as not said, with its reason. */
onRefused((refused) => {
  const next = new Map(said)
  for (const { event } of refused) next.delete(event.track)
  become(next)
  const [first] = refused
  if (first) showToast({ text: `Not kept: ${first.reason}` })
})

/** At sign-in the guest's opinions go to the account; at any change of the person the overlay starts anew. */
onSession(() => {
  const now = ownerNow()
  if (now === owner) return
  const kept = owner === 'guest' && now !== 'guest' ? guestOpinions() : []
  owner = now
  become(new Map(kept.map(({ track, kind }) => [track, kind])))
  if (now === 'guest') return
  clearGuestOpinions()
  if (kept.length) void send(kept.map(({ track, kind }) => ({ track, kind })))
})

/** Feedback on its way to the server. Events wait here while nobody answers, over reloads too, and are sent again with
 * the same key, so that none counts twice. */
import { useSyncExternalStore } from 'react'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { onSession, sessionState } from '@/api/session'
import type { Schemas } from '@/api/types'
import { readJson, writeJson } from '@/storage/device'

export type FeedbackEvent = Pick<Schemas['Feedback'], 'track' | 'kind' | 'at' | 'ms' | 'source' | 'key'>
interface Waiting {
  person: string
  event: FeedbackEvent
}

const STORED = 'segue.outbox'
/** Events of one request; the server takes no more. */
const MOST = 500
const AGAIN_MS = 15_000
const listeners = new Set<() => void>()
const sentListeners = new Set<(events: FeedbackEvent[]) => void>()
let waiting = stored()
let sending: Promise<void> | null = null

function stored(): Waiting[] {
  const found = readJson(STORED)
  return Array.isArray(found) ? (found as Waiting[]) : []
}

/** Changes what waits, starting from what is stored now: another tab may have changed it. */
function change(next: (now: Waiting[]) => Waiting[]): void {
  show(next(stored()))
  writeJson(STORED, waiting)
}

function show(now: Waiting[]): void {
  waiting = now
  for (const listener of listeners) listener()
}

window.addEventListener('storage', ({ key }) => {
  if (key === STORED) show(stored())
})

const person = () => {
  const state = sessionState()
  return state.kind === 'signed' ? state.user.id : null
}

/** Sends events of the person who is signed in; guests have none to send. */
export function send(events: readonly Omit<FeedbackEvent, 'key' | 'at'>[]): Promise<void> {
  const owner = person()
  if (!owner) return Promise.resolve()
  const at = new Date().toISOString()
  const added = events.map((event) => ({
    person: owner,
    event: { at, source: 'web', key: newKey(), ...event },
  }))
  change((now) => [...now, ...added])
  return flush()
}

/** A key of 128 random bits. `crypto.randomUUID` is missing where a page came over plain http from another machine. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Sends what waits, oldest first. What nobody could take yet stays; what the server refuses is told to the refused
 * listeners. */
function flush(): Promise<void> {
  sending ??= sendAll().finally(() => {
    sending = null
  })
  return sending
}

async function sendAll(): Promise<void> {
  for (let mine = batch(); mine.length > 0; mine = batch()) {
    const events = mine.map(({ event }) => event)
    const refused = await sendBatch(events)
    if (!refused) return
    const keys = new Set(events.map(({ key }) => key))
    change((now) => now.filter(({ event }) => !keys.has(event.key)))
    for (const listener of refusedListeners) if (refused.length) listener(refused)
    for (const listener of sentListeners) listener(events)
  }
}

/** The events that the server refused, with its reason; null when they must wait. */
async function sendBatch(events: FeedbackEvent[]): Promise<Refused[] | null> {
  try {
    const body = { events } as Schemas['FeedbackBatch']
    const { results } = await data(api.POST('/v1/me/feedback', { body }))
    return results.flatMap(({ status, detail }, i) => {
      const event = events[i]
      return status === 'refused' && event ? [{ event, reason: detail ?? 'It was refused.' }] : []
    })
  } catch (error) {
    const problem = asProblem(error)
    return mustWait(problem.status) ? null : events.map((event) => ({ event, reason: problem.message }))
  }
}

const batch = () => waiting.filter((item) => item.person === person()).slice(0, MOST)

/** Not reached, signed out, not allowed yet (an address that is not confirmed), too many, or broken for now. */
const mustWait = (status: number) => [0, 401, 403, 408, 429].includes(status) || status >= 500

export interface Refused {
  event: FeedbackEvent
  reason: string
}

const refusedListeners = new Set<(refused: Refused[]) => void>()

/** Calls the listener with events that the server will not take. */
export function onRefused(listener: (refused: Refused[]) => void): () => void {
  refusedListeners.add(listener)
  return () => refusedListeners.delete(listener)
}

/** Calls the listener with events that the server has. */
export function onSent(listener: (events: FeedbackEvent[]) => void): () => void {
  sentListeners.add(listener)
  return () => sentListeners.delete(listener)
}

/** Sends again when the network returns, when somebody signs in, and every 15 s while something waits. */
export function startReplay(): () => void {
  const again = () => void flush()
  window.addEventListener('online', again)
  const timer = window.setInterval(() => waiting.length && again(), AGAIN_MS)
  const stop = onSession(again)
  again()
  return () => {
    window.removeEventListener('online', again)
    window.clearInterval(timer)
    stop()
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** How many opinions of the person wait to be sent; plays and skips are not counted. */
export const useWaiting = (): number =>
  useSyncExternalStore(
    subscribe,
    () => waiting.filter(({ person: whose, event }) => whose === person() && !UNCOUNTED.includes(event.kind)).length,
  )
const UNCOUNTED: readonly string[] = ['play', 'skip', 'impression']

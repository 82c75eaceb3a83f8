/** Feedback on its way to the server. Events wait here while nobody answers, over reloads too, and are sent again with
 * the same key, so that none counts twice. */
import { useSyncExternalStore } from 'react'
import { api } from '@/api/client'
import { asProblem } from '@/api/problem'
import { onSession, sessionState } from '@/api/session'
import type { Schemas } from '@/api/types'

export type FeedbackEvent = Pick<Schemas['Feedback'], 'track' | 'kind' | 'at' | 'ms' | 'source' | 'key'>
interface Waiting {
  person: string
  event: FeedbackEvent
}

const STORED = 'segue.outbox'
const MOST = 500
const AGAIN_MS = 15_000
const listeners = new Set<() => void>()
const sentListeners = new Set<(events: FeedbackEvent[]) => void>()
let waiting = stored()
let sending: Promise<void> | null = null

function stored(): Waiting[] {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '[]') as Waiting[]
  } catch {
    return []
  }
}

function become(next: Waiting[]): void {
  waiting = next
  localStorage.setItem(STORED, JSON.stringify(next))
  for (const listener of listeners) listener()
}

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
    event: { at, source: 'web', key: crypto.randomUUID(), ...event },
  }))
  become([...waiting, ...added].slice(-MOST))
  return flush()
}

/** Sends what waits, oldest first. What the server refuses is dropped; what nobody answered stays. */
export function flush(): Promise<void> {
  sending ??= sendAll().finally(() => {
    sending = null
  })
  return sending
}

async function sendAll(): Promise<void> {
  for (let mine = batch(); mine.length > 0; mine = batch()) {
    const events = mine.map(({ event }) => event)
    try {
      await api.POST('/v1/me/feedback', { body: { events } as Schemas['FeedbackBatch'] })
    } catch (error) {
      if (isTemporary(error)) return
    }
    become(waiting.filter((item) => !mine.includes(item)))
    for (const listener of sentListeners) listener(events)
  }
}

const batch = () => waiting.filter((item) => item.person === person()).slice(0, MOST)

function isTemporary(error: unknown): boolean {
  const { status } = asProblem(error)
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500
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

/** How many opinions wait to be sent. */
export const useWaiting = (): number => useSyncExternalStore(subscribe, () => waiting.length)

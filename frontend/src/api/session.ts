/** Who is signed in here. The refresh token lives in an HttpOnly cookie that only /web/ sees; the access token lives in
 * memory. One refresh serves all tabs: a lock lets one ask, a channel tells the others. */
import { useSyncExternalStore } from 'react'
import { erase, read, write } from '@/storage/device'
import { noAnswer, problemOf } from './problem'
import type { Person } from './types'

interface Signed {
  user: Person
  accessToken: string
  expiresAt: number
}

interface SessionAnswer {
  user: Person
  access_token: string
  expires_in: number
}

/** `unknown` until the first refresh of a page that was signed in has answered. */
export type SessionState = { kind: 'guest' } | { kind: 'unknown' } | { kind: 'signed'; user: Person }

const HINT = 'segue.signed-in'
const EARLY_MS = 30_000
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('segue.session')
const listeners = new Set<() => void>()
let signed: Signed | null = null
let state: SessionState = { kind: read(HINT) ? 'unknown' : 'guest' }

function become(next: Signed | null): void {
  signed = next
  state = next ? { kind: 'signed', user: next.user } : { kind: 'guest' }
  if (next) write(HINT, '1')
  else erase(HINT)
  for (const listener of listeners) listener()
}

if (channel) channel.onmessage = (event: MessageEvent<Signed | null>) => become(event.data)

function tell(next: Signed | null): void {
  become(next)
  channel?.postMessage(next)
}

/** Calls a route that the gateway keeps for this app: it puts the refresh token into the cookie. */
async function ask(method: string, path: string, body: unknown, accessToken?: string): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-segue-web': '1' }
  if (accessToken) headers.authorization = `Bearer ${accessToken}`
  const answer = await fetch(`/web${path}`, { method, headers, body: JSON.stringify(body) }).catch(() => {
    throw noAnswer()
  })
  if (!answer.ok) throw await problemOf(answer)
  return answer
}

async function begin(answer: Response): Promise<Person> {
  const session = (await answer.json()) as SessionAnswer
  tell({
    user: session.user,
    accessToken: session.access_token,
    expiresAt: Date.now() + session.expires_in * 1000,
  })
  return session.user
}

export const signIn = async (email: string, password: string) =>
  begin(await ask('POST', '/auth/login', { email, password }))

export const signInByProvider = async (code: string, state: string) =>
  begin(await ask('POST', '/auth/oidc/finish', { code, state }))

export const signUp = async (name: string, email: string, password: string) =>
  begin(await ask('POST', '/auth/signup', { name, email, password }))

export const resetPassword = async (token: string, password: string) =>
  begin(await ask('POST', '/auth/reset', { token, new_password: password }))

export async function changePassword(oldPassword: string, newPassword: string, keepApiKeys: boolean): Promise<Person> {
  const body = { old_password: oldPassword, new_password: newPassword, keep_api_keys: keepApiKeys }
  return begin(await ask('PUT', '/me/password', body, (await accessToken()) ?? undefined))
}

export async function signOut(): Promise<void> {
  await ask('POST', '/auth/logout', {})
  tell(null)
}

/** Forgets the session here without asking the server: after the account was deleted or the session ended. */
export const forgetSession = () => tell(null)

/** Shows a changed name or address at once, in all tabs. */
export function updateUser(user: Person): void {
  if (signed) tell({ ...signed, user })
}

const fresh = () => (signed && signed.expiresAt - EARLY_MS > Date.now() ? signed.accessToken : null)

/** A token that holds, after a refresh if need be; null for guests. Problem with status 0 when nobody answers. */
export async function accessToken(): Promise<string | null> {
  if (state.kind === 'guest') return null
  return fresh() ?? exclusively(async () => fresh() ?? refresh())
}

/** After an answer of 401: the token was refused although it had not expired. */
export async function renewedToken(refused: string): Promise<string | null> {
  return exclusively(async () => (signed && signed.accessToken !== refused ? signed.accessToken : refresh()))
}

async function refresh(): Promise<string | null> {
  try {
    await begin(await ask('POST', '/auth/refresh', {}))
  } catch (error) {
    if ((error as { status?: number }).status !== 401) throw error
    tell(null)
  }
  return signed?.accessToken ?? null
}

/** Runs the task while no other tab runs it; without a lock where the browser has none or denies it. */
async function exclusively<Answer>(task: () => Promise<Answer>): Promise<Answer> {
  if (!navigator.locks) return task()
  let begun = false
  const locked = () => {
    begun = true
    return task()
  }
  try {
    return (await navigator.locks.request('segue.refresh', locked)) as Answer
  } catch (error) {
    if (begun) throw error
    return task()
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const sessionState = () => state
export const useSession = (): SessionState => useSyncExternalStore(subscribe, sessionState)
export const useUser = (): Person | null => {
  const current = useSession()
  return current.kind === 'signed' ? current.user : null
}
/** Calls the listener whenever somebody signs in or out; returns how to stop. */
export const onSession = subscribe

import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { erase, readJson, writeJson } from '@/storage/device'

/** A sign-in at the provider that this device began: the state that must come back, and where it leads. */
export interface Begun {
  state: string
  connects: boolean
  next: string
}

const KEY = 'segue.provider-sign-in'

/** The ways to sign in that this server offers. */
export const waysQuery = queryOptions({
  queryKey: ['account', 'ways'],
  queryFn: ({ signal }) => data(api.GET('/v1/auth/oidc', { signal })),
  staleTime: 60_000,
})

/** Leaves for the provider's page. `connects`: to connect it to the account that is signed in. */
export async function leaveForProvider(connects: boolean, next: string): Promise<void> {
  const { url, state } = await data(api.POST('/v1/auth/oidc/start'))
  writeJson(KEY, { state, connects, next } satisfies Begun)
  window.location.assign(url)
}

/** The sign-in that this state belongs to, once: nobody is signed in with a code that another device obtained. */
export function takeBegun(state: string | undefined): Begun | null {
  const begun = readJson(KEY) as Begun | null
  erase(KEY)
  return state && begun?.state === state ? begun : null
}

export const connectProvider = (code: string, state: string) => data(api.PUT('/v1/me/oidc', { body: { code, state } }))

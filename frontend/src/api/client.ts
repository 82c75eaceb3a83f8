import createClient, { type Middleware } from 'openapi-fetch'
import { noAnswer, problemOf } from './problem'
import type { paths } from './schema'
import { accessToken, renewedToken } from './session'

const REFUSED = 401

/** Signs every request, refreshes once after a 401, and turns error answers into Problem. */
const signing: Middleware = {
  async onRequest({ request }) {
    const token = await accessToken()
    if (token) request.headers.set('authorization', `Bearer ${token}`)
    return request
  },
}

async function withRenewal(request: Request): Promise<Response> {
  const again = request.clone()
  const answer = await fetch(request)
  const refused = request.headers.get('authorization')?.slice('Bearer '.length)
  if (answer.status !== REFUSED || !refused) return answer
  const token = await renewedToken(refused)
  if (token) again.headers.set('authorization', `Bearer ${token}`)
  else again.headers.delete('authorization')
  return fetch(again)
}

const failing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response)
    return undefined
  },
  onError({ error }) {
    return error instanceof TypeError ? noAnswer() : undefined
  },
}

/** The public API, typed from openapi.json. Every failure is a Problem. */
export const api = createClient<paths, 'application/json'>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: withRenewal,
})
api.use(signing, failing)

/** The data of an answer whose failures were thrown already. */
export async function data<Data>(answer: Promise<{ data?: Data }>): Promise<Data> {
  return (await answer).data as Data
}

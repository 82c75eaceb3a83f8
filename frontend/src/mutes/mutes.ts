/** What the person never wants to hear: asked, changed at once, and every list asked anew. */
import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Artist, Schemas } from '@/api/types'
import { queryClient } from '@/app/queryClient'
import { announce } from '@/components/announcer/announce'
import { showToast } from '@/components/toast/toasts'
import { DEPENDS_ON_TASTE } from '@/feedback/opinions'
import { muteName } from './words'

export type Mute = Schemas['Mute']
export type VersionType = Schemas['VersionType']
type Named = Pick<Mute, 'kind' | 'value' | 'name'>

export const mutesQuery = queryOptions({
  queryKey: ['mutes'],
  queryFn: async ({ signal }) => (await data(api.GET('/v1/me/mutes', { signal }))).items,
})

/** Lists and the report are asked anew: mutes and exclusions count from the next answer on. */
export function tasteChanged(name: 'mutes' | 'exclusions'): void {
  for (const key of [name, ...DEPENDS_ON_TASTE]) void queryClient.invalidateQueries({ queryKey: [key] })
}

function put({ kind, value }: Named) {
  if (kind === 'artist') return api.PUT('/v1/me/mutes/artists/{id}', { params: { path: { id: value } } })
  if (kind === 'genre') return api.PUT('/v1/me/mutes/genres/{genre}', { params: { path: { genre: value } } })
  return api.PUT('/v1/me/mutes/versions/{version}', { params: { path: { version: value as VersionType } } })
}

function take({ kind, value }: Named) {
  if (kind === 'artist') return api.DELETE('/v1/me/mutes/artists/{id}', { params: { path: { id: value } } })
  if (kind === 'genre') return api.DELETE('/v1/me/mutes/genres/{genre}', { params: { path: { genre: value } } })
  return api.DELETE('/v1/me/mutes/versions/{version}', { params: { path: { version: value as VersionType } } })
}

/** Mutes or unmutes, says what is now true, and offers to take it back. */
async function change(named: Named, muted: boolean): Promise<boolean> {
  try {
    await (muted ? put(named) : take(named))
  } catch (error) {
    showToast({ text: `Not changed. ${asProblem(error).message}` })
    return false
  }
  tasteChanged('mutes')
  const name = muteName(named)
  const text = muted ? `${name}: in no list any more.` : `${name} may come again.`
  announce(text)
  showToast({ text, undo: () => void change(named, !muted) })
  return true
}

export const mute = (named: Named) => change(named, true)
export const unmute = (named: Named) => change(named, false)
export const muteArtist = ({ id, name }: Artist) => mute({ kind: 'artist', value: id, name })

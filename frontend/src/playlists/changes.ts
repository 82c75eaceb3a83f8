/** Changes of playlists: shown at once, sent for the version that was read, read again when it was another one. */
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Schemas, Track } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { showToast } from '@/components/toast/toasts'
import { counted } from '@/words/dates'
import { moved } from './order'
import { ifMatch, type PlaylistItem, type PlaylistSummary, readAgain, showChanged } from './queries'

type Change = Schemas['PlaylistChange']
type Of = Pick<PlaylistSummary, 'id' | 'version'>
const CHANGED_ELSEWHERE = 412

/** Reads the playlist again and says why the change is not kept. */
export function refused(id: string, error: unknown): void {
  const problem = asProblem(error)
  readAgain(id)
  showToast({
    text:
      problem.status === CHANGED_ELSEWHERE
        ? 'This playlist was changed elsewhere. It is shown as it stands now; your change was not made.'
        : `Not changed. ${problem.message}`,
  })
}

/** Sends a change; true when it was made. */
async function sent(id: string, send: () => Promise<Change>): Promise<Change | null> {
  try {
    const change = await send()
    showChanged(id, change.playlist)
    readAgain(id)
    return change
  } catch (error) {
    refused(id, error)
    return null
  }
}

export async function move(list: Of, items: readonly PlaylistItem[], from: number, to: number): Promise<void> {
  if (from === to) return
  showChanged(list.id, {}, moved(items, from, to))
  await sent(list.id, () =>
    data(
      api.POST('/v1/me/playlists/{id}/tracks:move', {
        params: { path: { id: list.id }, header: ifMatch(list.version) },
        body: { start: from, count: 1, to },
      }),
    ),
  )
}

const put = (id: string, tracks: readonly string[], position?: number) =>
  data(
    api.POST('/v1/me/playlists/{id}/tracks', {
      params: { path: { id } },
      body: {
        tracks: [...tracks],
        ...(position === undefined ? {} : { position, allow_repeats: true }),
      } as Schemas['AddedTracks'],
    }),
  )

/** Removes a track wherever it stands; Undo puts it back at each of its places. */
export async function remove(list: Of, items: readonly PlaylistItem[], track: Track): Promise<void> {
  const places = items.flatMap((item, at) => (item.track.id === track.id ? [at] : []))
  showChanged(
    list.id,
    {},
    items.filter((item) => item.track.id !== track.id),
  )
  const change = await sent(list.id, () =>
    data(
      api.POST('/v1/me/playlists/{id}/tracks:remove', {
        params: { path: { id: list.id }, header: ifMatch(list.version) },
        body: { tracks: [track.id] },
      }),
    ),
  )
  if (!change) return
  const undo = async () => {
    for (const place of places) if (!(await sent(list.id, () => put(list.id, [track.id], place)))) return
    announce(`${track.title} is back.`)
  }
  showToast({ text: `“${track.title}” is out of this playlist.`, undo: () => void undo() })
}

/** What became of added tracks, in words. */
export function addedWords(change: Change, title: string | null): string {
  const count = (status: string) => (change.results ?? []).filter((row) => row.status === status).length
  const [added, repeated] = [count('added'), count('repeated')]
  const what = title ? `“${title}”` : counted(added, 'song')
  const list = `“${change.playlist.name}”`
  if (!added && repeated) return title ? `${what} is in ${list} already.` : `They are all in ${list} already.`
  if (!added) return `Nothing was added to ${list}: this server does not know ${title ? 'the song' : 'the songs'}.`
  const rest = repeated && !title ? ` ${counted(repeated, 'was', 'were')} there already.` : ''
  return `${what} added to ${list}.${rest}`
}

/** Adds tracks at the end, those that are not in it; says what became of them. */
export async function add(id: string, tracks: readonly Track[]): Promise<Change | null> {
  const change = await sent(id, () =>
    put(
      id,
      tracks.map((track) => track.id),
    ),
  )
  if (!change) return null
  const added = (change.results ?? []).flatMap(({ status, track }) => (status === 'added' ? [track] : []))
  const undo = () =>
    void sent(id, () =>
      data(api.POST('/v1/me/playlists/{id}/tracks:remove', { params: { path: { id } }, body: { tracks: added } })),
    )
  const words = addedWords(change, tracks.length === 1 ? (tracks[0]?.title ?? null) : null)
  showToast({ text: words, ...(added.length ? { undo } : {}) })
  return change
}

/** Makes a playlist; throws the problem for the form to show. */
export async function create(name: string, description = '', tracks: readonly string[] = []): Promise<PlaylistSummary> {
  const change = await data(api.POST('/v1/me/playlists', { body: { name, description, tracks: [...tracks] } }))
  readAgain()
  return change.playlist
}

/** Renames or describes; throws the problem for the form to show. */
export async function describe(list: Of, name: string, description: string): Promise<void> {
  const params = { path: { id: list.id }, header: ifMatch(list.version) }
  const changed = await data(api.PATCH('/v1/me/playlists/{id}', { params, body: { name, description } }))
  showChanged(list.id, changed.playlist)
  readAgain(list.id)
}

export async function destroy(list: Of): Promise<void> {
  await api.DELETE('/v1/me/playlists/{id}', { params: { path: { id: list.id }, header: ifMatch(list.version) } })
  readAgain()
}

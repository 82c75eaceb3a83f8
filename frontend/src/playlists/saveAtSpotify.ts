/** Saves a playlist at Spotify as a private one, and follows the job until it has ended. */
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Schemas } from '@/api/types'
import { showToast } from '@/components/toast/toasts'
import { counted } from '@/words/dates'

const LOOK_MS = 1_500
const LOOKS = 200
type Job = Schemas['JobView']

/** What became of it, in a sentence. */
export function savedWords({ status, result, detail }: Pick<Job, 'status' | 'result' | 'detail'>): string {
  if (status !== 'done') return detail ? `It was not saved at Spotify: ${detail}.` : 'It is not saved at Spotify yet.'
  const [saved, left] = [Number(result?.saved ?? 0), Number(result?.left_out ?? 0)]
  const rest = left ? ` ${counted(left, 'song has', 'songs have')} no address there.` : ''
  return `Saved at Spotify as a private playlist: ${counted(saved, 'song')}.${rest}`
}

export async function saveAtSpotify(playlist: string): Promise<void> {
  showToast({ text: 'Being saved at Spotify.' })
  try {
    let job = await data(api.POST('/v1/spotify/playlists', { body: { playlist } }))
    for (let look = 0; look < LOOKS && (job.status === 'queued' || job.status === 'running'); look += 1) {
      await new Promise((done) => window.setTimeout(done, LOOK_MS))
      job = await data(api.GET('/v1/me/jobs/{id}', { params: { path: { id: job.id } } }))
    }
    showToast({ text: savedWords(job) })
  } catch (error) {
    showToast({ text: `It was not saved at Spotify. ${asProblem(error).message}` })
  }
}

/** Leaves for the page of Spotify that asks to allow saving; it comes back to the page of the link. */
export async function askToSave(): Promise<void> {
  try {
    const { url } = await data(api.GET('/v1/spotify/start', { params: { query: { purpose: 'save' } } }))
    window.location.assign(url)
  } catch (error) {
    showToast({ text: asProblem(error).message })
  }
}

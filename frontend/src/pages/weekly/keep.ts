/** Takes a weekly list elsewhere: as a file that the server makes, or as a playlist that stays. */
import { api } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Schemas } from '@/api/types'
import { showToast } from '@/components/toast/toasts'
import { fileName } from '@/list/exports'
import { saveBlob } from '@/list/saveBlob'
import { create } from '@/playlists/changes'
import type { WeeklyList } from './words'

export async function saveWeekly(list: WeeklyList, format: Schemas['ExportFormat']): Promise<void> {
  try {
    const { data } = await api.GET('/v1/me/weekly/{key}/export', {
      params: { path: { key: list.key }, query: { format } },
      parseAs: 'blob',
    })
    saveBlob(data as unknown as Blob, fileName(list.name, format))
  } catch (error) {
    showToast({ text: `The file could not be made. ${asProblem(error).message}` })
  }
}

/** Makes a playlist of the list as it is now; returns its id, null when it could not be made. */
export async function keepAsPlaylist(
  list: WeeklyList,
  tracks: readonly string[],
  week: string,
): Promise<string | null> {
  try {
    return (await create(`${list.name}, ${week}`, list.about, tracks)).id
  } catch (error) {
    showToast({ text: `The playlist could not be made. ${asProblem(error).message}` })
    return null
  }
}

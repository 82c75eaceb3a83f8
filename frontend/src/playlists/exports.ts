/** A playlist as a file, made by the server: all of its songs, also those that are not shown yet. */
import { api } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Schemas } from '@/api/types'
import { showToast } from '@/components/toast/toasts'
import { fileName } from '@/list/exports'
import { saveBlob } from '@/list/saveBlob'
import type { PlaylistSummary } from './queries'

export const EXPORTS: readonly { format: Schemas['ExportFormat']; name: string; detail: string }[] = [
  { format: 'jspf', name: 'JSPF', detail: 'every detail' },
  { format: 'm3u8', name: 'M3U8', detail: 'for players' },
  { format: 'csv', name: 'CSV', detail: 'for tables' },
  { format: 'json', name: 'JSON', detail: 'as the API gives it' },
]

export async function saveExport(list: PlaylistSummary, format: Schemas['ExportFormat']): Promise<void> {
  try {
    const { data } = await api.GET('/v1/me/playlists/{id}/export', {
      params: { path: { id: list.id }, query: { format } },
      parseAs: 'blob',
    })
    saveBlob(data as unknown as Blob, fileName(list.name, format))
  } catch (error) {
    showToast({ text: `The file could not be made. ${asProblem(error).message}` })
  }
}

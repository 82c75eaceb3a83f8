/** The state of an export in words and numbers. */
import type { Schemas } from '@/api/types'
import { count, dayOf } from '@/words/dates'

export type Export = Schemas['ExportView']

export const isBeingMade = ({ status }: Pick<Export, 'status'>): boolean => status === 'queued' || status === 'running'

/** Per cent of the files that are complete; null before it has begun. */
export function progressOf({ progress }: Pick<Export, 'progress'>): number | null {
  const { files = 0, files_in_all: all = 0 } = progress
  return all ? Math.round((100 * files) / all) : null
}

const MB = 1_000_000

/** "0.4 MB", "12 MB"; small ones in KB. */
export function sizeWords(bytes: number): string {
  if (bytes < MB / 10) return `${count(Math.max(Math.round(bytes / 1000), 1))} KB`
  return bytes < 10 * MB ? `${(bytes / MB).toFixed(1)} MB` : `${count(Math.round(bytes / MB))} MB`
}

/** "Made on 3 March, 12,345 lines, 0.4 MB. Ready until 10 March." */
export function readyWords(view: Export, now = Date.now()): string {
  const size = view.bytes ? `, ${sizeWords(view.bytes)}` : ''
  const until = view.expires_at ? ` Ready until ${dayOf(view.expires_at, now)}.` : ''
  return `Made on ${dayOf(view.created_at, now)}, ${count(view.progress.rows ?? 0)} lines${size}.${until}`
}

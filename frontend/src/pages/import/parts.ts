/** Rules of sending a file: how large its parts are, when a part is sent again, and which upload a file goes on with. */
import type { Problem } from '@/api/problem'
import type { Schemas } from '@/api/types'

export type Import = Schemas['ImportView']

/** Up to this size a file goes in one request. */
export const WHOLE_BYTES = 1 << 20
export const FIRST_PART = 1 << 20
const SMALLEST_PART = 1 << 18
const LARGEST_PART = 1 << 23
const QUICK_MS = 1_000
const SLOW_MS = 6_000
const MOST_TRIES = 10
const LONGEST_PAUSE_MS = 30_000
const MOST_NAME = 200

/** The size of the next part by how long this one took: a part arrives well before the gateway gives up on it. */
export function nextPart(size: number, tookMs: number): number {
  if (tookMs < QUICK_MS) return Math.min(size * 2, LARGEST_PART)
  return tookMs > SLOW_MS ? Math.max(size / 2, SMALLEST_PART) : size
}

/** How long to wait before the upload goes on after a failure; null when it does not help to go on. */
export function pauseMs(problem: Problem, tries: number): number | null {
  if (tries >= MOST_TRIES) return null
  if (problem.status === 409) return 0 // other bytes were expected: the import names them
  if (problem.retryAfterS !== null) return problem.retryAfterS * 1000
  const passes = problem.offline || problem.status === 408 || problem.status === 429 || problem.status >= 500
  return passes ? Math.min(1000 * 2 ** tries, LONGEST_PAUSE_MS) : null
}

/** The unfinished upload of this file, by its name and size. */
export const resumable = (file: Pick<File, 'name' | 'size'>, imports: readonly Import[]): Import | undefined =>
  imports.find(({ status, size, name }) => status === 'uploading' && size === file.size && name === nameOf(file))

/** The name as the server keeps it. */
export const nameOf = ({ name }: Pick<File, 'name'>) => name.slice(0, MOST_NAME)

/** Whole per cent of the bytes, never 100 before the last. */
export const percent = (sent: number, size: number) => (size > 0 ? Math.floor((100 * sent) / size) : 0)

const MB = 1_000_000

/** "31 of 214 MB", "240 of 812 KB". */
export function sentOf(sent: number, size: number): string {
  const [unit, name] = size >= MB ? [MB, 'MB'] : [1000, 'KB']
  return `${Math.floor(sent / unit)} of ${Math.max(1, Math.round(size / unit))} ${name}`
}

import { asProblem } from '@/api/problem'
import { FIRST_PART, type Import, nameOf, nextPart, pauseMs, WHOLE_BYTES } from './parts'

/** What sending needs of the API and of the clock. */
export interface Steps {
  whole: (name: string, bytes: Blob) => Promise<Import>
  begin: (name: string, size: number) => Promise<Import>
  append: (id: string, offset: number, bytes: Blob) => Promise<Import>
  find: (id: string) => Promise<Import>
  wait: (ms: number) => Promise<void>
  now: () => number
}

export interface Progress {
  id: string
  sent: number
  /** When a broken upload goes on; null while bytes go. */
  pausedMs: number | null
}

/** Sends a file: in one request when it is small, else in parts, going on where the server stopped receiving. Throws the
 * Problem that ends it. */
export async function sendFile(
  file: File,
  unfinished: Import | undefined,
  steps: Steps,
  report: (progress: Progress) => void,
): Promise<Import> {
  if (!unfinished && file.size <= WHOLE_BYTES) return steps.whole(nameOf(file), file)
  let upload = unfinished ?? (await steps.begin(nameOf(file), file.size))
  let size = FIRST_PART
  let tries = 0
  let broken = false
  while (upload.status === 'uploading') {
    const { id, received } = upload
    report({ id, sent: received, pausedMs: null })
    try {
      const began = steps.now()
      upload = broken ? await steps.find(id) : await steps.append(id, received, file.slice(received, received + size))
      if (!broken) {
        size = nextPart(size, steps.now() - began)
        tries = 0
      }
      broken = false
    } catch (error) {
      const pausedMs = pauseMs(asProblem(error), tries)
      if (pausedMs === null) throw error
      tries += 1
      broken = true
      report({ id, sent: received, pausedMs })
      await steps.wait(pausedMs)
    }
  }
  return upload
}

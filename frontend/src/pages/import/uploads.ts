/** Files on their way to the server, one after another; they go on while other pages are shown. */
import { useSyncExternalStore } from 'react'
import { asProblem, Problem } from '@/api/problem'
import { onSession, sessionState } from '@/api/session'
import { queryClient } from '@/app/queryClient'
import { follow } from './follow'
import { resumable } from './parts'
import { deleteImport, importsQuery, putImport, requests } from './queries'
import { type Progress, sendFile } from './sendFile'

export interface Upload {
  key: number
  file: File
  /** The import's id, once it has one. */
  id: string | null
  sent: number
  state: 'waiting' | 'sending' | 'paused' | 'failed'
  problem: Problem | null
}

const EMPTY_FILE = new Problem(
  { title: 'Nothing to read', detail: 'It is empty, or a folder: choose the files in it.', code: 'empty_file' },
  422,
)
const listeners = new Set<() => void>()
const stops = new Map<number, AbortController>()
let uploads: readonly Upload[] = []
let count = 0
let owner = ownerNow()

function ownerNow(): string | null {
  const state = sessionState()
  return state.kind === 'signed' ? state.user.id : null
}

function become(next: readonly Upload[]): void {
  uploads = next
  const unsent = next.some(({ state }) => state !== 'failed')
  window[unsent ? 'addEventListener' : 'removeEventListener']('beforeunload', warn)
  for (const listener of listeners) listener()
}

/** Closing the window ends what is being sent: browsers ask before they do. */
const warn = (event: BeforeUnloadEvent) => event.preventDefault()

const change = (key: number, changed: Partial<Upload>) =>
  become(uploads.map((one) => (one.key === key ? { ...one, ...changed } : one)))
const remove = (key: number) => become(uploads.filter((one) => one.key !== key))

/** Puts files into the queue. */
export function addFiles(files: Iterable<File>): void {
  const added = [...files].map((file): Upload => {
    const about = { key: ++count, file, id: null, sent: 0 }
    return file.size
      ? { ...about, state: 'waiting', problem: null }
      : { ...about, state: 'failed', problem: EMPTY_FILE }
  })
  become([...uploads, ...added])
  void sendNext()
}

export function retryUpload(key: number): void {
  change(key, { state: 'waiting', problem: null })
  void sendNext()
}

/** Takes a file out of the queue, and what came of it off the server. */
export function cancelUpload({ key, id }: Upload): void {
  stops.get(key)?.abort()
  remove(key)
  const known = () => queryClient.invalidateQueries({ queryKey: importsQuery.queryKey })
  if (id) void deleteImport(id).then(known, known)
}

async function sendNext(): Promise<void> {
  const next = uploads.find(({ state }) => state === 'waiting')
  if (!next || uploads.some(({ state }) => state === 'sending' || state === 'paused')) return
  change(next.key, { state: 'sending' })
  const stop = new AbortController()
  stops.set(next.key, stop)
  try {
    const view = await send(next, stop.signal)
    remove(next.key)
    putImport(view)
    void follow(view.id)
  } catch (error) {
    if (!stop.signal.aborted) change(next.key, { state: 'failed', problem: asProblem(error) })
  }
  stops.delete(next.key)
  void sendNext()
}

async function send({ key, file }: Upload, signal: AbortSignal) {
  const imports = await queryClient.fetchQuery({ ...importsQuery, staleTime: 0 })
  const report = ({ id, sent, pausedMs }: Progress) =>
    change(key, { id, sent, state: pausedMs === null ? 'sending' : 'paused' })
  const steps = { ...requests(signal), wait: (ms: number) => untilOnline(ms, signal), now: () => performance.now() }
  return sendFile(file, resumable(file, imports), steps, report)
}

/** Waits, at most until the network returns. */
function untilOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      window.clearTimeout(timer)
      window.removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      done()
    }
    const timer = window.setTimeout(end, ms)
    window.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
}

onSession(() => {
  const now = ownerNow()
  if (now === owner) return
  owner = now
  for (const stop of stops.values()) stop.abort()
  become([])
})

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useUploads = () => useSyncExternalStore(subscribe, () => uploads)

/** Follows running imports until they end, also after the page was left; then everything that depends on taste is asked
 * anew. */
import { asProblem } from '@/api/problem'
import { onSession } from '@/api/session'
import { queryClient } from '@/app/queryClient'
import { announce } from '@/components/announcer/announce'
import { showToast } from '@/components/toast/toasts'
import { tasteChanged } from '@/feedback/opinions'
import type { Import } from './parts'
import { dropImport, findImport, importsQuery, putImport } from './queries'
import { ended, resultWords } from './words'

const PAGE = '/import'
const FIRST_MS = 700
const LONGEST_MS = 8_000
const HIDDEN_FACTOR = 5

/** The pause before the next look: longer the longer nothing moves, longer still where nobody looks. */
export function pollMs(unchanged: number, hidden: boolean): number {
  const pause = Math.min(FIRST_MS * 1.6 ** unchanged, LONGEST_MS)
  return Math.round(hidden ? pause * HIDDEN_FACTOR : pause)
}

const followed = new Map<string, AbortController>()
onSession(() => {
  for (const one of followed.values()) one.abort()
  followed.clear()
})

/** Asks for an import again and again until it has ended. */
export async function follow(id: string): Promise<void> {
  if (followed.has(id)) return
  const stop = new AbortController()
  followed.set(id, stop)
  let unchanged = 0
  let last = heldStatus(id)
  while (!stop.signal.aborted) {
    const view = await look(id, stop.signal)
    if (stop.signal.aborted) break
    if (view === 'gone') {
      if (last.startsWith('undoing')) finishUndo(id)
      else void queryClient.invalidateQueries({ queryKey: importsQuery.queryKey })
      break
    }
    if (view) {
      const now = `${view.status} ${view.counts?.read}`
      unchanged = now === last ? unchanged + 1 : 0
      last = now
      putImport(view)
      if (ended(view)) {
        finish(view)
        break
      }
    } else unchanged += 1
    await pause(pollMs(unchanged, document.hidden), stop.signal)
  }
  followed.delete(id)
}

/** Its status as the page shows it: taking back an import can end before the first look. */
const heldStatus = (id: string): string =>
  queryClient.getQueryData(importsQuery.queryKey)?.find((view) => view.id === id)?.status ?? ''

/** The import; null when nobody answers, gone when it is there no more. */
async function look(id: string, signal: AbortSignal): Promise<Import | 'gone' | null> {
  try {
    return await findImport(id, signal)
  } catch (error) {
    const { status } = asProblem(error)
    return status === 404 || status === 401 ? 'gone' : null
  }
}

/** An import that was taken back is there no more. */
function finishUndo(id: string): void {
  importLeft(id)
  announce('The import was taken back.')
  showToast({ text: 'The import was taken back. Your lists count it no more.' })
}

/** Takes an import off the page; what it recorded may be gone with it. */
export function importLeft(id: string): void {
  dropImport(id)
  void queryClient.invalidateQueries({ queryKey: ['playlists'] })
  tasteChanged()
}

function finish(view: Import): void {
  void tell(view)
  void queryClient.invalidateQueries({ queryKey: importsQuery.queryKey })
  void queryClient.invalidateQueries({ queryKey: ['imports', 'unmatched', view.id] })
  tasteChanged()
}

/** Says that it has ended: on the import page for screen readers, on other pages for everybody. */
async function tell(view: Import): Promise<void> {
  const { title } = resultWords(view)
  announce(title)
  const { router } = await import('@/app/router')
  if (router.state.location.pathname === PAGE) return
  const see = () => void router.navigate({ to: PAGE, search: { of: view.id } })
  showToast({ text: `${view.name || 'Your file'}: ${title}`, also: { label: 'See it', run: see } })
}

/** Ends early when the page comes back into sight or the signal says so. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      window.clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
      signal.removeEventListener('abort', end)
      done()
    }
    const seen = () => {
      if (!document.hidden) end()
    }
    const timer = window.setTimeout(end, ms)
    document.addEventListener('visibilitychange', seen)
    signal.addEventListener('abort', end)
  })
}

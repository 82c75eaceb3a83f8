import { IconDownload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { announce } from '@/components/announcer/announce'
import { Button } from '@/components/button/Button'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { showToast } from '@/components/toast/toasts'
import { saveBlob } from '@/list/saveBlob'
import { Meter } from '@/pages/import/Meter'
import { type Export, isBeingMade, progressOf, readyWords } from './exportWords'
import styles from './settings.module.css'

const EXPORT = ['export']
const LOOK_MS = 1000

/** Everything that is kept, as a file: made when it is asked for, ready for some days. */
export function DataSection() {
  const queries = useQueryClient()
  const found = useQuery({
    queryKey: EXPORT,
    queryFn: ({ signal }) => lastExport(signal),
    refetchInterval: ({ state }) => (state.data && isBeingMade(state.data) ? LOOK_MS : false),
  })
  const make = useMutation({
    mutationFn: () => data(api.POST('/v1/me/export')),
    onSuccess: (view) => queries.setQueryData(EXPORT, view),
  })
  const last = found.data ?? null
  useNews(last)
  return (
    <Section
      id="your-data"
      title="Your data"
      intro="Everything kept about you, as JSON Lines in a zip, with a text that explains every field."
    >
      {found.error ? <Failure error={found.error} retry={() => void found.refetch()} /> : null}
      {make.error ? (
        <Failure error={make.error} what="The export could not begin." retry={() => make.mutate()} />
      ) : null}
      {last ? <State view={last} /> : null}
      {last && isBeingMade(last) ? null : (
        <div className={styles.last}>
          {last?.status === 'done' ? <Download view={last} /> : null}
          <Button
            kind={last?.status === 'done' ? 'plain' : 'outline'}
            busy={make.isPending}
            disabled={found.isPending}
            onClick={() => make.mutate()}
          >
            {last ? 'Make a new export' : 'Make an export'}
          </Button>
        </div>
      )}
    </Section>
  )
}

/** The export that was made last; null where there is none. */
async function lastExport(signal: AbortSignal): Promise<Export | null> {
  try {
    return await data(api.GET('/v1/me/export', { signal }))
  } catch (error) {
    if (asProblem(error).status === 404) return null
    throw error
  }
}

/** Tells it once when an export that was being made is ready. */
function useNews(view: Export | null): void {
  const before = useRef<string | null>(null)
  useEffect(() => {
    const now = view?.status ?? null
    if (now === 'done' && before.current && before.current !== 'done') announce('Your export is ready.')
    before.current = now
  }, [view?.status])
}

function State({ view }: { view: Export }) {
  if (isBeingMade(view))
    return (
      <div className={styles.export}>
        <Meter label="The export being made" value={progressOf(view)} />
        <p className="small soft">It goes on if you leave this page.</p>
      </div>
    )
  const words = view.status === 'done' ? readyWords(view) : (view.detail ?? 'The last export was stopped.')
  return <p className={`small num ${styles.state}`}>{words}</p>
}

function Download({ view }: { view: Export }) {
  const [busy, setBusy] = useState(false)
  const download = async () => {
    setBusy(true)
    try {
      const { data: zip } = await api.GET('/v1/me/export/file', { parseAs: 'blob' })
      saveBlob(zip as unknown as Blob, `segue-export-${view.created_at.slice(0, 10)}.zip`)
    } catch (error) {
      showToast({ text: `The file did not come. ${asProblem(error).message}` })
    }
    setBusy(false)
  }
  return (
    <Button icon={<IconDownload size={20} stroke={1.6} />} busy={busy} onClick={() => void download()}>
      Download
    </Button>
  )
}

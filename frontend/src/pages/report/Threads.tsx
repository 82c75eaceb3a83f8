import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { ButtonLink } from '@/components/button/Button'
import { Chip } from '@/components/chip/Chip'
import { Failure } from '@/components/states/Failure'
import { capital } from '@/words/numbers'
import parts from './parts.module.css'
import { keywordsQuery } from './queries'
import styles from './report.module.css'
import { recommendSearchOf, threadKey, together } from './threads'

const ThreadList = lazy(() => import('./ThreadList'))

/** Keywords of the report as filters: what is chosen leads to songs at once. */
export function Threads({ period }: { period: string }) {
  const keywords = useQuery(keywordsQuery(period))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const offered = keywords.data?.items ?? []
  const threads = offered.filter((thread) => chosen.has(threadKey(thread)))
  const filters = together(threads)
  const search = threads.length ? recommendSearchOf(filters) : null
  const toggle = (key: string) => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    setChosen(next)
  }
  return (
    <section className={parts.threads} aria-label="Follow a thread">
      <h2 className="title">Follow a thread</h2>
      <p className="soft">Each is a filter taken from your songs. Choose some and hear what follows.</p>
      {keywords.error ? <Failure error={keywords.error} retry={() => void keywords.refetch()} /> : null}
      <div className={parts.chips}>
        {offered.map((thread) => {
          const key = threadKey(thread)
          return (
            <Chip key={key} aria-pressed={chosen.has(key)} onClick={() => toggle(key)}>
              {chosen.has(key) ? <IconCheck size={16} stroke={1.8} aria-hidden="true" /> : null}
              {capital(thread.label)}
            </Chip>
          )
        })}
      </div>
      {threads.length ? (
        <Suspense>
          <ThreadList filters={filters} />
        </Suspense>
      ) : null}
      {search ? (
        <div className={styles.actions}>
          <ButtonLink kind="solid" to="/recommend" search={search as Record<string, never>}>
            Recommend from these
          </ButtonLink>
        </div>
      ) : null}
    </section>
  )
}

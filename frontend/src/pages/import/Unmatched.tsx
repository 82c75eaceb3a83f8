import { useInfiniteQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { Button } from '@/components/button/Button'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { count } from '@/words/dates'
import { KeepAll } from './KeepAll'
import { LeftOut } from './LeftOut'
import type { Import } from './parts'
import { unmatchedQuery } from './queries'
import { UnmatchedRow } from './UnmatchedRow'
import fixing from './unmatched.module.css'
import { everUnmatched, nothingNear } from './words'

/** Rows of a file that no song was certain for; each can be named by hand. */
export function Unmatched({ view }: { view: Import }) {
  const some = everUnmatched(view)
  const query = useInfiniteQuery({ ...unmatchedQuery(view.id), enabled: some })
  const list = useRef<HTMLOListElement>(null)
  if (!some || (query.data && !query.data.pages[0]?.total && !query.data.pages[0]?.left_out)) return null
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? []
  const total = query.data?.pages[0]?.total ?? 0
  const gone = query.data?.pages[0]?.left_out ?? 0
  const left = total - rows.length
  const open = total - rows.filter(({ track }) => track).length
  const moveOn = (number: number) => {
    const after = rows.findIndex((row) => row.number === number) + 1
    const next = [...rows.slice(after), ...rows.slice(0, after)].find((row) => !row.track && row.number !== number)
    const place = `[data-row="${next?.number ?? number}"]`
    window.setTimeout(() => list.current?.querySelector<HTMLElement>(`${place} button, ${place} a`)?.focus())
  }
  return (
    <Section
      title={
        open || !total ? (
          <>Not matched {total ? <span className="num dim">{count(open)}</span> : null}</>
        ) : (
          'Named or kept by you'
        )
      }
      intro="In the order of the file. A choice holds for every later import."
    >
      {query.error ? (
        <Failure error={query.error} what="These rows did not load." retry={() => void query.refetch()} />
      ) : null}
      {query.isPending ? <TrackRowBones rows={3} /> : null}
      {rows.some((row) => !row.track && nothingNear(row)) ? <KeepAll of={view.id} /> : null}
      <ol className={fixing.fixes} ref={list} aria-label="Not matched">
        {rows.map((row) => (
          <UnmatchedRow key={row.number} of={view.id} row={row} onFixed={() => moveOn(row.number)} />
        ))}
      </ol>
      {query.hasNextPage ? (
        <Button
          className={fixing.more ?? ''}
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show {count(Math.min(left, 20))} more
        </Button>
      ) : null}
      {gone ? <LeftOut of={view.id} many={gone} /> : null}
    </Section>
  )
}

import { IconChevronRight } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem } from '@/api/problem'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { showToast } from '@/components/toast/toasts'
import { count } from '@/words/dates'
import styles from './import.module.css'
import { leaveOut, unmatchedQuery } from './queries'
import fixing from './unmatched.module.css'
import type { Row } from './words'

/** Rows that the person left out, and how to bring one back. */
export function LeftOut({ of, many }: { of: string; many: number }) {
  const [open, setOpen] = useState(false)
  const query = useInfiniteQuery({ ...unmatchedQuery(of, true), enabled: open })
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <details
      className={`${styles.fold} ${fixing.leftOut}`}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <IconChevronRight className={styles.chevron ?? ''} size={16} stroke={1.6} aria-hidden="true" />
        <span className={styles.grow}>Left out</span>
        <span className="num dim">{count(many)}</span>
      </summary>
      {query.error ? (
        <Failure error={query.error} what="These rows did not load." retry={() => void query.refetch()} />
      ) : null}
      <ul className={styles.reasons}>
        {rows.map((row) => (
          <OutRow key={row.number} of={of} row={row} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </details>
  )
}

function OutRow({ of, row }: { of: string; row: Row }) {
  const back = useMutation({
    mutationFn: () => leaveOut(of, row.number, false),
    onError: (error) => showToast({ text: `It is still left out. ${asProblem(error).message}` }),
  })
  return (
    <li className={fixing.guess}>
      <p className="small">
        <bdi>{row.title || 'Without a name'}</bdi>{' '}
        <span className="soft">
          <bdi>{row.artist}</bdi>
        </span>
      </p>
      <Button
        kind="plain"
        busy={back.isPending}
        aria-label={`Bring back ${row.title || 'this row'}`}
        onClick={() => back.mutate()}
      >
        Bring back
      </Button>
    </li>
  )
}

import { useState } from 'react'
import type { Recommended } from '@/api/types'
import { Button } from '@/components/button/Button'
import { ResultList } from '@/list/ResultList'
import styles from './weekly.module.css'
import type { WeeklyList } from './words'

const FIRST = 10
const NONE: ReadonlySet<string> = new Set()

/** The songs with their reasons: ten, then all of them. */
export function WeeklyTracks({ list, rows }: { list: WeeklyList; rows: Recommended[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? rows : rows.slice(0, FIRST)
  return (
    <>
      <ResultList
        list={{ items: shown, fresh: NONE, identity: list.id }}
        lines={[]}
        single={false}
        label={`Songs of ${list.name}`}
      />
      {rows.length > shown.length ? (
        <Button className={styles.more} onClick={() => setAll(true)}>
          Show all {rows.length}
        </Button>
      ) : null}
    </>
  )
}

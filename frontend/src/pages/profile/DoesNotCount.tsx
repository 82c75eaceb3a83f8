import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/button/Button'
import { Section } from '@/components/layout/PageHead'
import { Line, Lines } from '@/components/lines-list/Lines'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { countAgain, type Exclusion, exclusionsQuery } from '@/mutes/exclusions'
import { playlistsForMenu } from '@/playlists/queries'
import { ExclusionForm } from './ExclusionForm'
import { excludedEvents, exclusionTitle } from './exclusionWords'
import styles from './unwanted.module.css'
import { useFocusAfter } from './useFocusAfter'

/** What was heard or liked and says nothing about the person; each can count again. */
export function DoesNotCount() {
  const [adding, setAdding] = useState(false)
  const query = useQuery(exclusionsQuery)
  const all = query.data ?? []
  const named = all.some(({ kind }) => kind === 'playlist')
  const { data: playlists = [] } = useQuery({ ...playlistsForMenu, enabled: named })
  const { opener, lines, gone } = useFocusAfter()
  return (
    <Section
      title="Does not count"
      intro="Heard or liked, but says nothing about you."
      action={
        <Button
          ref={opener}
          kind="plain"
          className={styles.open}
          aria-expanded={adding}
          icon={<IconPlus size={20} stroke={1.6} aria-hidden="true" />}
          onClick={() => setAdding(!adding)}
        >
          Leave out
        </Button>
      }
    >
      {adding ? <ExclusionForm onClose={() => setAdding(false)} /> : null}
      {query.isPending ? <TrackRowBones rows={2} /> : null}
      {query.error ? (
        <Failure error={query.error} what="What does not count did not load." retry={() => void query.refetch()} />
      ) : null}
      {query.data && !all.length ? <p className="small dim">Everything counts.</p> : null}
      {all.length ? (
        <div ref={lines}>
          <Lines label="Does not count">
            {all.map((exclusion, at) => (
              <ExcludedLine
                key={exclusion.id}
                exclusion={exclusion}
                title={exclusionTitle(exclusion, playlists)}
                onGone={() => gone(at)}
              />
            ))}
          </Lines>
        </div>
      ) : null}
    </Section>
  )
}

function ExcludedLine({ exclusion, title, onGone }: { exclusion: Exclusion; title: string; onGone: () => void }) {
  const [busy, setBusy] = useState(false)
  const again = async () => {
    setBusy(true)
    if (await countAgain(exclusion.id)) onGone()
    else setBusy(false)
  }
  return (
    <Line
      title={<bdi>{title}</bdi>}
      detail={excludedEvents(exclusion)}
      action={
        <Button kind="plain" busy={busy} aria-label={`Count again: ${title}`} onClick={() => void again()}>
          Count again
        </Button>
      }
    />
  )
}

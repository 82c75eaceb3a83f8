import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/button/Button'
import { Section } from '@/components/layout/PageHead'
import { Line, Lines } from '@/components/lines-list/Lines'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { type Mute, mutesQuery, unmute } from '@/mutes/mutes'
import { muteDetail, muteName } from '@/mutes/words'
import { MuteForm } from './MuteForm'
import styles from './unwanted.module.css'
import { useFocusAfter } from './useFocusAfter'

/** The artists, genres and kinds of versions that are in no list; each can be taken back. */
export function Muted() {
  const [adding, setAdding] = useState(false)
  const query = useQuery(mutesQuery)
  const muted = query.data ?? []
  const { opener, lines, gone } = useFocusAfter()
  return (
    <Section
      title="Muted"
      intro="Never in any list, nowhere."
      action={
        <Button
          ref={opener}
          kind="plain"
          className={styles.open}
          aria-expanded={adding}
          icon={<IconPlus size={20} stroke={1.6} aria-hidden="true" />}
          onClick={() => setAdding(!adding)}
        >
          Mute
        </Button>
      }
    >
      {adding ? <MuteForm muted={muted} onClose={() => setAdding(false)} /> : null}
      {query.isPending ? <TrackRowBones rows={2} /> : null}
      {query.error ? (
        <Failure error={query.error} what="What is muted did not load." retry={() => void query.refetch()} />
      ) : null}
      {query.data && !muted.length ? <p className="small dim">Nothing is muted.</p> : null}
      {muted.length ? (
        <div ref={lines}>
          <Lines label="Muted">
            {muted.map((mute, at) => (
              <MutedLine key={`${mute.kind} ${mute.value}`} mute={mute} onGone={() => gone(at)} />
            ))}
          </Lines>
        </div>
      ) : null}
    </Section>
  )
}

function MutedLine({ mute, onGone }: { mute: Mute; onGone: () => void }) {
  const [busy, setBusy] = useState(false)
  const name = muteName(mute)
  const lift = async () => {
    setBusy(true)
    if (await unmute(mute)) onGone()
    else setBusy(false)
  }
  return (
    <Line
      title={<bdi>{name}</bdi>}
      detail={muteDetail(mute)}
      action={
        <Button kind="plain" busy={busy} aria-label={`Unmute ${name}`} onClick={() => void lift()}>
          Unmute
        </Button>
      }
    />
  )
}

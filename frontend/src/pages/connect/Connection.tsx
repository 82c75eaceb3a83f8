import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { asProblem } from '@/api/problem'
import { queryClient } from '@/app/queryClient'
import { announce } from '@/components/announcer/announce'
import { Button, ButtonLink } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { TrackRowBones } from '@/components/states/Skeleton'
import { showToast } from '@/components/toast/toasts'
import styles from './connect.module.css'
import { disconnect, leaveForSpotify, linkQuery, readAgain, watchedLibraryQuery } from './queries'
import { type Act, DECLINED, REQUEST, reading, type Shown, shownOf } from './states'
import type { Return } from './useReturn'

const failed = (error: unknown) => showToast({ text: asProblem(error).message })
const asked = () => queryClient.invalidateQueries({ queryKey: ['spotify'] })

/** The state of the link, and what can be done. */
export function Connection({ back }: { back: Return }) {
  const link = useQuery(linkQuery)
  const library = useQuery({ ...watchedLibraryQuery, enabled: link.data?.state === 'connected' })
  if (back.kind === 'bringing' || link.isPending) return <TrackRowBones rows={1} />
  if (!link.data)
    return <Failure error={link.error} what="The connection did not load." retry={() => void link.refetch()} />
  const declined = back.kind === 'declined' && link.data.state === 'not_connected'
  const shown = declined ? DECLINED : shownOf(link.data, library.data)
  return (
    <>
      {back.kind === 'failed' ? <Failure error={back.error} what="Spotify was not connected." /> : null}
      <Card shown={shown} busy={reading(library.data)} />
    </>
  )
}

function Card({ shown, busy }: { shown: Shown; busy: boolean }) {
  const leave = useMutation({ mutationFn: leaveForSpotify, onError: failed })
  const again = useMutation({ mutationFn: readAgain, onSuccess: asked, onError: failed })
  const end = useMutation({
    mutationFn: disconnect,
    onSuccess: () => {
      announce('Spotify is disconnected. What came from it is deleted.')
      queryClient.removeQueries({ queryKey: ['spotify', 'tracks'] })
      void asked()
    },
    onError: failed,
  })
  const copy = () =>
    navigator.clipboard.writeText(REQUEST).then(() => showToast({ text: 'Copied. Send it to them.' }), failed)
  const buttons: Record<Act, ReactNode> = {
    connect: (
      <Button busy={leave.isPending} onClick={() => leave.mutate()}>
        Connect
      </Button>
    ),
    cancel: <ButtonLink to="/">Cancel</ButtonLink>,
    again: (
      <Button busy={busy || again.isPending} onClick={() => again.mutate()}>
        Read again
      </Button>
    ),
    disconnect: (
      <Button kind={shown.acts.length > 1 ? 'plain' : 'outline'} busy={end.isPending} onClick={() => end.mutate()}>
        Disconnect
      </Button>
    ),
    copy: <Button onClick={() => void copy()}>Copy what to ask for</Button>,
    how: <ButtonLink to="/import">Import a file</ButtonLink>,
  }
  return (
    <section className={styles.connection} aria-label="Connection" aria-live="polite">
      <div>
        <h2 className={styles.name}>
          <span className={`${styles.dot} ${styles[shown.tone]}`} aria-hidden="true" />
          <bdi>{shown.title}</bdi>
        </h2>
        <p className="small soft">{shown.words}</p>
      </div>
      <div className={styles.acts}>
        {shown.acts.map((act) => (
          <span key={act}>{buttons[act]}</span>
        ))}
      </div>
    </section>
  )
}

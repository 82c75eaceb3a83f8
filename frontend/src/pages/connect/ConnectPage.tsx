import { useSession } from '@/api/session'
import { ButtonLink } from '@/components/button/Button'
import { PageHead } from '@/components/layout/PageHead'
import { Empty } from '@/components/states/Empty'
import { Opening } from '@/components/states/Opening'
import { TrackRowBones } from '@/components/states/Skeleton'
import { Connection } from './Connection'
import styles from './connect.module.css'
import { Liked } from './Liked'
import { Reads } from './Reads'
import { useReturn } from './useReturn'

/** Connects a Spotify account: what is read, the state of the link, and what was read. Spotify sends the browser back to
 * this page. */
export function ConnectPage() {
  const session = useSession()
  const back = useReturn(session.kind === 'signed')
  return (
    <>
      <title>Spotify · Segue</title>
      <PageHead
        title="Spotify"
        lead="Your likes and playlists there, shown here. An extra: everything works without it."
      />
      {session.kind === 'guest' ? <Guest /> : null}
      {session.kind === 'unknown' ? (
        <Opening>
          <TrackRowBones rows={3} />
        </Opening>
      ) : null}
      {session.kind === 'signed' ? (
        <>
          <div className={styles.split}>
            <div>
              <Connection back={back} />
            </div>
            <Reads />
          </div>
          <Liked />
        </>
      ) : null}
    </>
  )
}

const Guest = () => (
  <Empty
    title="A connection needs an account"
    action={
      <>
        <ButtonLink kind="solid" to="/signup" search={{ next: '/connect/spotify' }}>
          Sign up
        </ButtonLink>
        <ButtonLink to="/signin" search={{ next: '/connect/spotify' }}>
          Sign in
        </ButtonLink>
      </>
    }
  >
    What Spotify tells is kept with its person. You come back here.
  </Empty>
)

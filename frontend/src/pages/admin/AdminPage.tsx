import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { Banner } from '@/components/banner/Banner'
import { IconButton } from '@/components/button/IconButton'
import { PageHead, Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { Bone, Later } from '@/components/states/Skeleton'
import { counted, dayOf } from '@/words/dates'
import styles from './AdminPage.module.css'
import { headline, silentServices } from './health'
import { Metrics } from './Metrics'
import { Releases } from './Releases'
import { Services } from './Services'

const EVERY_MS = 15_000
const FORBIDDEN = 403

/** For whoever runs the server: which services answer, what serves, and switching between installed releases. */
export function AdminPage() {
  const status = useQuery({
    queryKey: ['admin'],
    queryFn: () => data(api.GET('/v1/admin/status')),
    refetchInterval: EVERY_MS,
  })
  if (status.error) return <Refused error={status.error} retry={() => status.refetch()} />
  if (!status.data)
    return (
      <>
        <PageHead over="For whoever runs this server" title="Administration" />
        <Later>
          {['a', 'b', 'c', 'd', 'e'].map((row) => (
            <div key={row} className={styles.awaited}>
              <Bone width="min(70%, 520px)" />
            </div>
          ))}
        </Later>
      </>
    )
  const { services, release } = status.data
  const silent = silentServices(services)
  return (
    <>
      <PageHead over="For whoever runs this server" title={headline(services)}>
        <IconButton label="Look again" onClick={() => status.refetch()}>
          <IconRefresh size={20} stroke={1.6} />
        </IconButton>
      </PageHead>
      {silent.length > 0 ? (
        <Banner kind="bad" title={`No answer from ${silent.join(', ')}.`}>
          What does not need it goes on. Its log says more.
        </Banner>
      ) : null}
      <Services services={services} />
      {release ? (
        <Section
          title={`Release ${release.version}`}
          intro={`${dayOf(release.created_at)}. ${counted(release.counts.tracks ?? 0, 'song')}: ${counted(release.counts.learned ?? 0, 'song')} learned from playlists, ${counted(release.counts.placed ?? 0, 'song')} placed by their sound.`}
        >
          <Metrics release={release} />
        </Section>
      ) : null}
      <Releases serving={release} />
    </>
  )
}

function Refused({ error, retry }: { error: unknown; retry: () => void }) {
  const forbidden = asProblem(error).status === FORBIDDEN
  return (
    <>
      <PageHead over="For whoever runs this server" title="Administration" />
      {forbidden ? (
        <Banner kind="warn" title="This page is for whoever runs the server.">
          They name your mail address in the setting SEGUE_AUTH_ADMINS, and you confirm it in the settings; then sign in
          anew.
        </Banner>
      ) : (
        <Failure error={error} retry={retry} />
      )}
    </>
  )
}

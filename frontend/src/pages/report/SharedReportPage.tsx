import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { asProblem } from '@/api/problem'
import { useSession } from '@/api/session'
import { ButtonLink } from '@/components/button/Button'
import { Empty } from '@/components/states/Empty'
import { Failure } from '@/components/states/Failure'
import { dayOf } from '@/words/dates'
import { Headlines } from './Headlines'
import { periodName } from './period'
import { sharedReportQuery } from './queries'
import { ReportBones } from './ReportBones'
import { ReportHead } from './ReportHead'
import styles from './report.module.css'

const ReportCharts = lazy(() => import('./ReportCharts'))

/** A report that somebody shared, as it was when the link was made. */
export function SharedReportPage() {
  const { token } = useParams({ from: '/shared/$token' })
  const shared = useQuery(sharedReportQuery(token))
  if (shared.error) return <NotShared error={shared.error} retry={() => void shared.refetch()} />
  if (!shared.data) return <ReportBones />
  const { report, name } = shared.data
  const when = report.period === 'all' ? '' : `, ${periodName(report.period)}`
  const over = (
    <>
      {name ? (
        <>
          Taste report of <bdi>{name}</bdi>
        </>
      ) : (
        'A shared taste report'
      )}
      {when}, as of {dayOf(report.generated_at)}
    </>
  )
  return (
    <>
      <ReportHead report={report} over={over} />
      <Headlines headlines={report.headlines} />
      {report.likes_needed ? (
        <p className={`soft ${styles.section}`}>Nothing is compared from fewer than 20 songs.</p>
      ) : (
        <Suspense fallback={<div className={styles.awaited} />}>
          <ReportCharts report={report} />
        </Suspense>
      )}
      <YourOwn />
    </>
  )
}

function NotShared({ error, retry }: { error: unknown; retry: () => void }) {
  const { status } = asProblem(error)
  if (![404, 410, 422].includes(status))
    return (
      <>
        <h1 className="sr">Shared report</h1>
        <Failure error={error} retry={retry} />
      </>
    )
  return (
    <>
      <h1 className="sr">Shared report</h1>
      <Empty title="No report is shared here" action={<ButtonLink to="/">To the start</ButtonLink>}>
        {status === 410
          ? 'It was shared by an older version of this server and can be opened no longer. Whoever shared it can share it again.'
          : 'The link was revoked, or is not whole.'}
      </Empty>
    </>
  )
}

function YourOwn() {
  const guest = useSession().kind === 'guest'
  return (
    <div className={styles.section}>
      <p className="soft">“Your songs” are those of who shared it, compared with the songs on this server.</p>
      <div className={styles.actions}>
        <ButtonLink to={guest ? '/test' : '/report'}>{guest ? 'Start your own' : 'Your own report'}</ButtonLink>
      </div>
    </div>
  )
}

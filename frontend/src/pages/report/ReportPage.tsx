import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useSession } from '@/api/session'
import { Button } from '@/components/button/Button'
import { Failure } from '@/components/states/Failure'
import { FirstReport } from './FirstReport'
import { Headlines } from './Headlines'
import { PeriodSelect } from './PeriodSelect'
import { periodOf } from './period'
import { reportQuery, type Voice } from './queries'
import { ReportBones } from './ReportBones'
import { ReportHead } from './ReportHead'
import styles from './report.module.css'
import { SignedOutReport } from './SignedOutReport'
import { keepVoice, keptVoice } from './voice'

const ReportCharts = lazy(() => import('./ReportCharts'))
const Sharing = lazy(() => import('./Sharing'))
const FullData = lazy(() => import('./FullData'))

/** What the person's likes have in common, against the songs on this server. */
export function ReportPage() {
  const session = useSession()
  const period = periodOf(useSearch({ from: '/report' }).period)
  const [voice, setVoice] = useState<Voice>(keptVoice)
  const report = useQuery({ ...reportQuery(period, voice), enabled: session.kind !== 'guest' })
  const choose = (next: Voice) => {
    keepVoice(next)
    setVoice(next)
  }
  if (session.kind === 'guest') return <SignedOutReport />
  const failed = report.error ? (
    <div className={styles.failed}>
      <Failure error={report.error} what="The report could not be made." retry={() => void report.refetch()} />
    </div>
  ) : null
  if (!report.data)
    return failed ? (
      <>
        <h1 className="sr">Taste report</h1>
        {failed}
      </>
    ) : (
      <>
        <h1 className="sr">Taste report</h1>
        <ReportBones />
      </>
    )
  const found = report.data
  const picker = <Period chosen={period} />
  if (found.likes_needed > 0)
    return (
      <>
        {failed}
        <FirstReport report={found} picker={picker} />
        {found.n_likes ? (
          <Suspense>
            <Sharing report={found} />
          </Suspense>
        ) : null}
      </>
    )
  return (
    <div aria-busy={report.isPlaceholderData || undefined}>
      {failed}
      <ReportHead report={found} picker={picker} />
      <Headlines headlines={found.headlines} voice={voice} onVoice={choose} />
      <Suspense fallback={<div className={styles.awaited} />}>
        <ReportCharts report={found} own />
        <Sharing report={found} />
        <Data report={found} />
      </Suspense>
    </div>
  )
}

function Data({ report }: { report: Parameters<typeof FullData>[0]['report'] }) {
  const [open, setOpen] = useState(false)
  return (
    <section className={styles.section} aria-label="Full data">
      <Button kind="outline" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Close full data' : 'See full data'}
      </Button>
      {open ? (
        <Suspense>
          <FullData report={report} />
        </Suspense>
      ) : null}
    </section>
  )
}

function Period({ chosen }: { chosen: string }) {
  const navigate = useNavigate({ from: '/report' })
  const to = (period: string) => void navigate({ search: period === 'all' ? {} : { period }, replace: true })
  return <PeriodSelect chosen={chosen} onChoose={to} />
}

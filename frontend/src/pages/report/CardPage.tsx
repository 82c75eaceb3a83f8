import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useSession } from '@/api/session'
import type { Report } from '@/api/types'
import { percent } from '@/charts/words'
import { Button } from '@/components/button/Button'
import { ChipRadios } from '@/components/chip/Chip'
import { PageHead } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { Bone, Later } from '@/components/states/Skeleton'
import { Switch } from '@/components/switch/Switch'
import { CardPicture } from './CardPicture'
import { type CardWish, cardPng, cardSvg, type Ground, type Size, useCard } from './card'
import { cardFacts, MOST_FACTS } from './cardFacts'
import { download } from './download'
import { FactChoice } from './FactChoice'
import { periodOf } from './period'
import { reportQuery } from './queries'
import styles from './report.module.css'
import { SignedOutReport } from './SignedOutReport'
import sharing from './sharing.module.css'

const GROUNDS = [
  { value: 'paper', name: 'Paper' },
  { value: 'night', name: 'Night' },
] as const
const SIZE_NAMES = [
  { value: 'wide', name: 'Wide' },
  { value: 'tall', name: 'Tall' },
] as const

/** The share card in both sizes, with what may be chosen of it. */
export function CardPage() {
  const session = useSession()
  const period = periodOf(useSearch({ from: '/report/card' }).period)
  const report = useQuery({ ...reportQuery(period), enabled: session.kind !== 'guest' })
  if (session.kind === 'guest') return <SignedOutReport />
  return (
    <>
      <PageHead title="Share card" over={<BackToReport period={period} />} />
      {report.error && !report.data ? (
        <Failure error={report.error} what="The card could not be made." retry={() => void report.refetch()} />
      ) : report.data ? (
        <CardEditor report={report.data} period={period} />
      ) : (
        <Later>
          <Bone width="100%" height={360} />
        </Later>
      )}
    </>
  )
}

const BackToReport = ({ period }: { period: string }) => (
  <Link to="/report" search={period === 'all' ? {} : { period }}>
    Taste report
  </Link>
)

function CardEditor({ report, period }: { report: Report; period: string }) {
  const [ground, setGround] = useState<Ground>('paper')
  const [name, setName] = useState(false)
  const facts = cardFacts(report)
  const [chosen, setChosen] = useState(() => facts.slice(0, MOST_FACTS).map(({ code }) => code))
  const wish = (size: Size): CardWish => ({ period, size, ground, name, facts: chosen })
  const [wide, tall] = [useCard(wish('wide')), useCard(wish('tall'))]
  const error = wide.error ?? tall.error
  const alt = cardSays(report, chosen)
  return (
    <div className={sharing.editor}>
      <div className={sharing.cards}>
        {error ? <Failure error={error} what="The card could not be drawn." retry={() => void wide.refetch()} /> : null}
        <CardPicture size="wide" drawing={wide.data} alt={alt} waiting={wide.isPlaceholderData} />
        <div className={sharing.pair}>
          <CardPicture size="tall" drawing={tall.data} alt={alt} waiting={tall.isPlaceholderData} />
          <Strands report={report} />
        </div>
      </div>
      <div className={sharing.choices}>
        {facts.length > 1 ? <FactChoice facts={facts} chosen={chosen} onChoose={setChosen} /> : null}
        <fieldset>
          <legend className="small name">Ground</legend>
          <ChipRadios label="Ground" options={GROUNDS} value={ground} onChange={setGround} />
        </fieldset>
        <Switch label="Show my name" hint="Hidden unless you switch it on." checked={name} onChange={setName} />
        <Save wish={wish} period={period} />
      </div>
    </div>
  )
}

function Save({ wish, period }: { wish: (size: Size) => CardWish; period: string }) {
  const [size, setSize] = useState<Size>('wide')
  const [busy, setBusy] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const save = async (kind: 'png' | 'svg') => {
    setBusy(kind)
    setError(null)
    try {
      const made = await (kind === 'png' ? cardPng(wish(size)) : cardSvg(wish(size)))
      download(made, `segue-card-${period}-${size}.${kind}`)
    } catch (failed) {
      setError(failed)
    }
    setBusy(null)
  }
  return (
    <fieldset>
      <legend className="small name">Save</legend>
      <ChipRadios label="Size" options={SIZE_NAMES} value={size} onChange={setSize} />
      <div className={styles.actions}>
        <Button
          kind="solid"
          busy={busy === 'png'}
          icon={<IconDownload size={20} stroke={1.6} aria-hidden="true" />}
          onClick={() => void save('png')}
        >
          Save as PNG
        </Button>
        <Button busy={busy === 'svg'} onClick={() => void save('svg')}>
          Save as SVG
        </Button>
      </div>
      {error ? <Failure error={error} what="The card could not be saved." /> : null}
    </fieldset>
  )
}

function Strands({ report }: { report: Report }) {
  if (!report.clusters.length) return null
  return (
    <section aria-label="The line">
      <h2 className="small name">The line</h2>
      <p className="small soft">One strand for each side of your taste, as thick as its weight.</p>
      <ul className={sharing.strands}>
        {report.clusters.map(({ label, share }) => (
          <li key={label} className="small">
            {label.charAt(0).toUpperCase() + label.slice(1)} <span className="num soft">{percent(share)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The card's words, for who does not see it. */
function cardSays(report: Report, chosen: readonly string[]): string {
  const said = cardFacts(report).filter(({ code }) => chosen.includes(code))
  return [`${report.summary}.`, ...said.map(({ figure, words }) => `${figure} ${words}`)].join(' ')
}

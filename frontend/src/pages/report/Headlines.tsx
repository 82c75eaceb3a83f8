import type { Report } from '@/api/types'
import { ChipRadios } from '@/components/chip/Chip'
import type { Voice } from './queries'
import styles from './report.module.css'

const VOICES = [
  { value: 'plain', name: 'Plain' },
  { value: 'playful', name: 'Playful' },
] as const

interface Props {
  headlines: Report['headlines']
  voice?: Voice
  onVoice?: (voice: Voice) => void
}

/** At most five headlines, the strongest first; both wordings carry the figures behind them. */
export function Headlines({ headlines, voice, onVoice }: Props) {
  return (
    <section aria-label="Headlines">
      <ol className={styles.headlines}>
        {headlines.map(({ code, title, text }) => (
          <li key={`${code} ${title}`}>
            <h2 className="head">{title}</h2>
            <p className="small soft">{text}</p>
          </li>
        ))}
      </ol>
      {voice && onVoice ? (
        <div className={styles.voice}>
          <ChipRadios label="Wording" options={VOICES} value={voice} onChange={onVoice} />
        </div>
      ) : null}
    </section>
  )
}

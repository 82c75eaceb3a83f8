import { IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { count, counted } from '@/words/dates'
import styles from './import.module.css'
import { type Counts, placeOf, sentence } from './words'

/** What was left out and why, with its places in the file; and which files an archive held. */
export function Details({ counts }: { counts: Counts | undefined }) {
  const { reasons = [], files = [], skipped = 0 } = counts ?? {}
  return (
    <div>
      {reasons.length ? (
        <Part title="What was left out, and why" end={count(skipped)}>
          {reasons.map(({ reason, count: times, examples }) => (
            <li key={reason}>
              <p className={`small name ${styles.place}`}>
                {sentence(reason)} <span className="num dim">{count(times)}</span>
              </p>
              <ul>
                {examples.map((example) => (
                  <li key={`${example.file} ${example.line}`} className="micro dim num">
                    <bdi>{placeOf(example)}</bdi>
                    {example.excerpt && example.excerpt !== example.file ? (
                      <>
                        {': '}
                        <bdi className="soft">{example.excerpt}</bdi>
                      </>
                    ) : null}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </Part>
      ) : null}
      {files.length ? (
        <Part
          title={files.length === 1 ? 'What the file is' : 'What the archive held'}
          end={counted(files.length, 'file')}
        >
          {files.map(({ name, format, read }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an archive can hold two files of one name
            <li key={i}>
              <p className={`small ${styles.place}`}>
                <bdi>{name}</bdi> <span className="num dim">{count(read)}</span>
              </p>
              <p className="micro dim">{format ?? 'Not read: no known format'}</p>
            </li>
          ))}
        </Part>
      ) : null}
    </div>
  )
}

const Part = ({ title, end, children }: { title: string; end: string; children: ReactNode }) => (
  <details>
    <summary>
      <IconChevronRight className={styles.chevron ?? ''} size={16} stroke={1.6} aria-hidden="true" />
      <span className={styles.grow}>{title}</span>
      <span className="num dim">{end}</span>
    </summary>
    <ul className={styles.reasons}>{children}</ul>
  </details>
)

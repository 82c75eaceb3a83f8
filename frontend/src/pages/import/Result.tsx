import { IconCheck } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { Banner } from '@/components/banner/Banner'
import { ButtonLink } from '@/components/button/Button'
import { Details } from './Details'
import { Figures } from './Figures'
import styles from './import.module.css'
import type { Import } from './parts'
import { figuresOf, notes, resultWords } from './words'

/** What became of a file. `chosen`: the person asked for it, so it takes the focus. */
export function Result({ view, chosen }: { view: Import; chosen: boolean }) {
  const figures = figuresOf(view.counts)
  const { kind, title, text } = resultWords(view)
  const icon = kind === 'ok' ? <IconCheck size={20} stroke={1.6} aria-hidden="true" /> : undefined
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (chosen) heading.current?.focus()
  }, [chosen])
  return (
    <article className={`${styles.job} ${styles.result}`} aria-label={`Result of ${view.name}`}>
      <h3 className="name" ref={heading} tabIndex={-1}>
        <bdi>{view.name || 'A file without a name'}</bdi>
      </h3>
      <Banner kind={kind} title={title} icon={icon} action={kind === 'ok' && figures.new ? <SeeHome /> : undefined}>
        {text}
      </Banner>
      {figures.read ? (
        <>
          <Figures figures={figures} />
          <Notes lines={notes(figures)} />
        </>
      ) : null}
      <Details counts={view.counts} />
    </article>
  )
}

const SeeHome = () => (
  <ButtonLink kind="plain" to="/" className={styles.see ?? ''}>
    See what changed
  </ButtonLink>
)

const Notes = ({ lines }: { lines: string[] }) =>
  lines.length ? <p className="small soft">{lines.join(' ')}</p> : null

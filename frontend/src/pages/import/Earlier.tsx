import { Section } from '@/components/layout/PageHead'
import { Line, Lines } from '@/components/lines-list/Lines'
import { ago } from '@/words/dates'
import { ImportActions } from './ImportActions'
import type { Import } from './parts'
import { summary } from './words'

interface Props {
  imports: readonly Import[]
  /** The import whose result stands above. */
  shown: string | undefined
}

/** Imports of the last 30 days. */
export function Earlier({ imports, shown }: Props) {
  if (!imports.length) return null
  return (
    <Section title="Imported before">
      <Lines label="Imports of the last 30 days">
        {imports.map((view) => (
          <Line
            key={view.id}
            title={<bdi>{view.name || 'A file without a name'}</bdi>}
            detail={`${ago(view.created_at)} · ${view.status === 'uploading' ? 'being sent from another window' : summary(view)}`}
            action={<ImportActions view={view} shown={view.id === shown} />}
          />
        ))}
      </Lines>
    </Section>
  )
}

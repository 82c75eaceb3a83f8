import { useState } from 'react'
import { ShareBars } from '@/charts/ShareBars'
import { Code, CopyRow } from '@/components/code/Code'
import { DataTable } from '@/components/layout/DataTable'
import { Dot, Line, Lines } from '@/components/lines-list/Lines'
import { Tabs } from '@/components/tabs/Tabs'
import { Part, State } from './Part'

const LANGUAGES = ['curl', 'Python', 'JavaScript'] as const
const KEYS = [
  { name: 'Kitchen display', scope: 'recommend:read', used: 'today' },
  { name: 'A very long name of a key that takes more than one line', scope: 'report:read', used: 'never' },
]
const DECADES = [
  { name: '1980s', share: 0.12, catalogue: 0.2, claimed: true },
  { name: '1990s', share: 0.48, catalogue: 0.3 },
  { name: 'unknown', share: 0 },
]

/** Tabs, tables and lines of facts. */
export default function Data() {
  return (
    <>
      <Part name="Lines, table, bars">
        <State name="lines: plain, with a dot" wide>
          <Lines label="Facts">
            <Line title="Songs" detail="5,000" />
            <Line
              title="Services"
              detail={
                <>
                  <Dot />
                  ready <Dot state="warn" />
                  slow <Dot state="bad" />
                  gone <Dot state="none" />
                  not set up
                </>
              }
            />
          </Lines>
        </State>
        <State name="table (lines on phones)" wide>
          <DataTable
            caption="API keys"
            keyOf={({ name }) => name}
            rows={KEYS}
            columns={[
              { heading: 'Name', cell: ({ name }) => name },
              { heading: 'May', cell: ({ scope }) => scope },
              { heading: 'Used', cell: ({ used }) => used },
            ]}
          />
        </State>
        <State name="bars: with a claim, without, none" wide>
          <ShareBars caption="Decades of what you like" heading="Decade" rows={DECADES} />
        </State>
      </Part>
      <Part name="Code and tabs">
        <State name="tabs over code" wide>
          <Languages />
        </State>
        <State name="copy row" wide>
          <CopyRow text="http://127.0.0.1:8000/report/shared/3kf9" label="Copy the link" />
        </State>
      </Part>
    </>
  )
}

function Languages() {
  const [language, setLanguage] = useState<(typeof LANGUAGES)[number]>('curl')
  return (
    <Tabs label="Language" names={LANGUAGES} value={language} onChange={setLanguage}>
      <Code label="Copy the example">{`# ${language}\ncurl http://127.0.0.1:8000/v1/releases/current`}</Code>
    </Tabs>
  )
}

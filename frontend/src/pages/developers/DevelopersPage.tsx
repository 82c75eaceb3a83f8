import { useState } from 'react'
import { ButtonAnchor } from '@/components/button/Button'
import { Code } from '@/components/code/Code'
import { DataTable } from '@/components/layout/DataTable'
import { PageHead, Section } from '@/components/layout/PageHead'
import { Tabs } from '@/components/tabs/Tabs'
import styles from './DevelopersPage.module.css'
import { CONTRACTS, callWithKey, firstCall, LANGUAGES, type Language, ROUTES } from './examples'
import { Facts } from './Facts'
import { LiveAnswer } from './LiveAnswer'

/** A call that works when pasted, then the same for a person; what to ask, limits, errors. */
export function DevelopersPage() {
  const [language, setLanguage] = useState<Language>('curl')
  const [key, setKey] = useState<string | null>(null)
  const { origin } = window.location
  return (
    <>
      <PageHead
        title="Everything here is an API"
        lead="No page can do what a program cannot. Paste this: it works now, without a key."
      >
        <ButtonAnchor href="/docs">Reference</ButtonAnchor>
        <ButtonAnchor kind="plain" href="/openapi.json">
          openapi.json
        </ButtonAnchor>
      </PageHead>
      <div className={styles.split}>
        <div>
          <section>
            <Tabs label="Language" names={LANGUAGES} value={language} onChange={setLanguage}>
              <Code label={`A first call in ${language}`}>{firstCall(language, origin)}</Code>
            </Tabs>
            <LiveAnswer />
          </section>
          <Section
            title="With your key"
            intro={
              key
                ? 'The new key is filled in. Your likes count in every answer.'
                : 'Make a key, and your likes count in every answer.'
            }
          >
            <Code label={`A call with a key in ${language}`}>{callWithKey(language, origin, key ?? 'YOUR_KEY')}</Code>
          </Section>
          <Section title="What to ask" action={<a href="/docs">All routes</a>}>
            <DataTable
              caption="Routes to begin with"
              rows={ROUTES}
              keyOf={({ route }) => route}
              columns={[
                { heading: 'Route', cell: ({ route }) => <code className={styles.route}>{route}</code> },
                { heading: 'Answers', cell: ({ answers }) => answers },
                { heading: 'Guests', short: 'Guests:', cell: ({ guests }) => (guests ? 'yes' : 'no') },
              ]}
            />
          </Section>
          <Section
            title="Programs you already have"
            intro="These were written for another service. Give them this address in its place, and your key as the token."
          >
            <DataTable
              caption="Contracts of other services"
              rows={CONTRACTS}
              keyOf={({ address }) => address}
              columns={[
                { heading: 'Written for', cell: ({ serves }) => serves },
                {
                  heading: 'Address',
                  cell: ({ address }) => (
                    <code className={styles.route}>
                      {origin}
                      {address}
                    </code>
                  ),
                },
              ]}
            />
          </Section>
        </div>
        <Facts onKey={setKey} />
      </div>
    </>
  )
}

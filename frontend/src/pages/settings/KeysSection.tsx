import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Schemas } from '@/api/types'
import { Button } from '@/components/button/Button'
import { CopyRow } from '@/components/code/Code'
import { type Column, DataTable } from '@/components/layout/DataTable'
import { Section } from '@/components/layout/PageHead'
import { Failure } from '@/components/states/Failure'
import { showToast } from '@/components/toast/toasts'
import { ago } from '@/words/dates'
import { NewKeyForm } from './NewKeyForm'
import { scopeWords } from './scopes'
import styles from './settings.module.css'

const KEYS = ['api-keys']

export function KeysSection() {
  const queries = useQueryClient()
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<Schemas['ApiKeyMade'] | null>(null)
  const found = useQuery({ queryKey: KEYS, queryFn: () => data(api.GET('/v1/me/api-keys')) })
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE('/v1/me/api-keys/{id}', { params: { path: { id } } }),
    onSuccess: () => showToast({ text: 'The key is refused from now on.' }),
    onError: (error) => showToast({ text: asProblem(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: KEYS }),
  })
  const begin = (
    <Button onClick={() => setMaking(!making)} aria-expanded={making}>
      {making ? 'Cancel' : 'New key'}
    </Button>
  )
  return (
    <Section id="api-keys" title="API keys" action={begin}>
      {found.error ? <Failure error={found.error} retry={() => found.refetch()} /> : null}
      {making ? (
        <NewKeyForm
          done={(key) => {
            setMaking(false)
            setMade(key)
            void queries.invalidateQueries({ queryKey: KEYS })
          }}
        />
      ) : null}
      {made ? <Made made={made} close={() => setMade(null)} /> : null}
      {found.data?.items.length === 0 && !made ? (
        <p className="small soft">No keys yet. A key lets a program ask for lists in your name.</p>
      ) : null}
      {found.data?.items.length ? (
        <DataTable
          caption="Your API keys"
          columns={columns(revoke.mutate)}
          rows={found.data.items}
          keyOf={({ id }) => id}
        />
      ) : null}
    </Section>
  )
}

const Made = ({ made, close }: { made: Schemas['ApiKeyMade']; close: () => void }) => (
  <div className={styles.new} role="status">
    <p className="small">
      <b>Copy it now.</b> It is shown this once; only a fingerprint is stored.
    </p>
    <CopyRow text={made.key} label="Copy the key" />
    {made.scrobble_password ? (
      <>
        <p className="small soft">The scrobble password, for Audioscrobbler clients such as mpdscribble:</p>
        <CopyRow text={made.scrobble_password} label="Copy the scrobble password" />
      </>
    ) : null}
    <Button onClick={close}>I have it</Button>
  </div>
)

type Key = Schemas['ApiKey']

const columns = (revoke: (id: string) => void): [Column<Key>, ...Column<Key>[]] => [
  { heading: 'Name', cell: (key) => <bdi>{key.name}</bdi> },
  { heading: 'Begins', cell: (key) => <span className={styles.mono}>{key.prefix}</span> },
  { heading: 'May', cell: (key) => scopeWords(key.scopes) },
  { heading: 'Last used', short: 'Used:', cell: (key) => (key.last_used_at ? ago(key.last_used_at) : 'never') },
  {
    heading: 'Revoke',
    cell: (key) => (
      <Button kind="plain" onClick={() => revoke(key.id)} aria-label={`Revoke ${key.name}`}>
        Revoke
      </Button>
    ),
  },
]

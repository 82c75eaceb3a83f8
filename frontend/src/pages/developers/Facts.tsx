import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data } from '@/api/client'
import { useUser } from '@/api/session'
import type { Schemas } from '@/api/types'
import { Button } from '@/components/button/Button'
import { CopyRow } from '@/components/code/Code'
import { Line, Lines } from '@/components/lines-list/Lines'
import { NewKeyForm } from '@/pages/settings/NewKeyForm'
import { ago } from '@/words/dates'
import styles from './DevelopersPage.module.css'

/** Keys, limits and errors, beside the calls. */
export function Facts({ onKey }: { onKey: (key: string) => void }) {
  const user = useUser()
  return (
    <aside className={styles.facts}>
      <section>
        <h2 className="head">Your keys</h2>
        {user ? (
          <Keys onKey={onKey} />
        ) : (
          <p className="small soft">
            <Link to="/signin" search={{ next: '/developers' }}>
              Sign in
            </Link>{' '}
            to make one.
          </p>
        )}
      </section>
      <section>
        <h2 className="head">Limits</h2>
        <p className="small soft">
          Each answer says in its RateLimit headers how many requests a minute are allowed and how many are left. After
          too many comes 429 with Retry-After.
        </p>
      </section>
      <section>
        <h2 className="head">When it fails</h2>
        <p className="small soft">
          Errors are problem documents (RFC 9457) with a code, what to do, and a request id. A POST sent again with the
          same Idempotency-Key within a day runs once and gets the same answer.
        </p>
      </section>
    </aside>
  )
}

function Keys({ onKey }: { onKey: (key: string) => void }) {
  const queries = useQueryClient()
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const found = useQuery({ queryKey: ['api-keys'], queryFn: () => data(api.GET('/v1/me/api-keys')) })
  const done = ({ key }: Schemas['ApiKeyMade']) => {
    setMaking(false)
    setMade(key)
    onKey(key)
    void queries.invalidateQueries({ queryKey: ['api-keys'] })
  }
  return (
    <>
      <Lines>
        {found.data?.items.map((key) => (
          <Line
            key={key.id}
            title={<bdi>{key.name}</bdi>}
            detail={`${key.prefix}, ${key.last_used_at ? `used ${ago(key.last_used_at)}` : 'never used'}`}
          />
        ))}
      </Lines>
      {made ? <CopyRow text={made} label="Copy the key. It is shown this once" /> : null}
      {making ? <NewKeyForm done={done} /> : <Button onClick={() => setMaking(true)}>New key</Button>}
    </>
  )
}

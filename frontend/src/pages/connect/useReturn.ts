import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { queryClient } from '@/app/queryClient'
import { bringCode, libraryQuery, linkQuery } from './queries'

/** How Spotify sent the browser back: not at all, with a code that is on its way, declined, or with one that failed. */
export type Return = { kind: 'none' | 'bringing' | 'declined' } | { kind: 'failed'; error: unknown }

const brought = new Set<string>()

/** Brings the code of the address once, and takes it out of the address. */
export function useReturn(signedIn: boolean): Return {
  const { code, state, error } = useSearch({ from: '/connect/spotify' })
  const navigate = useNavigate()
  const [back, setBack] = useState<Return>({ kind: 'none' })
  useEffect(() => {
    if (!signedIn || !(error || (code && state))) return
    void navigate({ to: '/connect/spotify', search: {}, replace: true })
    if (error || !code || !state) {
      setBack({ kind: 'declined' })
      return
    }
    if (brought.has(state)) return
    brought.add(state)
    setBack({ kind: 'bringing' })
    bringCode(code, state).then(
      (link) => {
        queryClient.setQueryData(linkQuery.queryKey, link)
        void queryClient.invalidateQueries({ queryKey: libraryQuery.queryKey })
        setBack({ kind: 'none' })
      },
      (failure: unknown) => setBack({ kind: 'failed', error: failure }),
    )
  }, [signedIn, code, state, error, navigate])
  return back
}

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { accessToken } from '@/api/session'
import { Failure } from './Failure'

/** What a page shows until it is known who is signed in: its bones, or why it cannot be found out, with another try. */
export function Opening({ children }: { children: ReactNode }) {
  const opening = useQuery({ queryKey: ['session'], queryFn: accessToken, gcTime: 0 })
  if (!opening.error) return children
  return (
    <Failure
      error={opening.error}
      what="It could not be found out who is signed in."
      retry={() => void opening.refetch()}
    />
  )
}

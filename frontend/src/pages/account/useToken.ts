import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** The token of a mailed link. It leaves the address bar as soon as it is read, so that no history keeps it. */
export function useToken(from: '/reset' | '/verify'): string | undefined {
  const { token } = useSearch({ from })
  const [kept] = useState(token)
  const navigate = useNavigate()
  useEffect(() => {
    if (token) void navigate({ to: from, search: {}, replace: true })
  }, [token, from, navigate])
  return kept
}

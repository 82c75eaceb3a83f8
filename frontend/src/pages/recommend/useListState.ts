import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { ListState } from '@/list/state'
import { searchOf, stateOf } from './search'

/** The list that the address describes, and how to change it. Dials replace the address; other changes can be gone back
 * from. */
export function useListState() {
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const text = JSON.stringify(search)
  const state = useMemo(() => stateOf(JSON.parse(text)), [text])
  const change = useCallback(
    (next: ListState, how: { replace?: boolean } = {}) =>
      void navigate({ to: '.', search: searchOf(next), replace: how.replace ?? false, resetScroll: false }),
    [navigate],
  )
  return [state, change] as const
}

export type Change = ReturnType<typeof useListState>[1]

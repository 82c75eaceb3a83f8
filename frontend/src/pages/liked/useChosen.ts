import { useCallback, useState } from 'react'

/** Which rows are chosen, by track id; shift chooses all between the last one and this one. */
export function useChosen(order: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [last, setLast] = useState<string | null>(null)
  const choose = useCallback(
    (id: string, on: boolean, through: boolean) => {
      const ids = through && last ? between(order, last, id) : [id]
      setLast(id)
      setChosen((now) => withAll(now, ids, on))
    },
    [order, last],
  )
  const clear = useCallback(() => {
    setChosen(new Set())
    setLast(null)
  }, [])
  return { chosen, choose, clear }
}

export function between(order: readonly string[], a: string, b: string): string[] {
  const [from, to] = [order.indexOf(a), order.indexOf(b)]
  if (from < 0 || to < 0) return [b]
  return order.slice(Math.min(from, to), Math.max(from, to) + 1)
}

export function withAll(now: ReadonlySet<string>, ids: readonly string[], on: boolean): ReadonlySet<string> {
  const next = new Set(now)
  for (const id of ids) {
    if (on) next.add(id)
    else next.delete(id)
  }
  return next
}

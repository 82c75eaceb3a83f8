import { useState } from 'react'
import type { Recommended } from '@/api/types'
import { isUnwanted, useOpinions } from '@/feedback/opinions'
import { nextShown, type Shown, withKept } from './shown'
import type { ListAnswer } from './useList'

interface Held {
  identity: string
  shown: Shown
  items: ReadonlyMap<string, Recommended>
}

export interface ShownList {
  items: Recommended[]
  fresh: ReadonlySet<string>
  identity: string
}

/** The rows to show: what is unwanted leaves at once, what was liked here stays where it stood. */
export function useShown(list: ListAnswer | undefined, size: number): ShownList | null {
  const opinions = useOpinions()
  const [held, setHeld] = useState<Held | null>(null)
  if (!list) return null
  const same = held?.identity === list.identity ? held : null
  const items = new Map(same?.items)
  for (const item of list.answer.tracks) items.set(item.track.id, item)
  const liked = new Set([...opinions].filter(([, kind]) => kind === 'like').map(([track]) => track))
  const answer = list.answer.tracks.filter(({ track }) => !isUnwanted(track)).map(({ track }) => track.id)
  const before = same?.shown.ids.filter((id) => !isUnwanted({ id })) ?? []
  const shown = nextShown(same?.shown ?? null, withKept(before, answer, liked, size))
  if (!same || shown !== same.shown) setHeld({ identity: list.identity, shown, items })
  return { items: shown.ids.flatMap((id) => items.get(id) ?? []), fresh: shown.fresh, identity: list.identity }
}

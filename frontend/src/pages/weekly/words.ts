/** The words of the weekly lists, and which of their songs are shown. */
import type { Recommended, Schemas } from '@/api/types'
import { dayOf } from '@/words/dates'

export type WeeklyKey = Schemas['WeeklyKey']
export type WeeklyList = Schemas['WeeklyList']

export const KEYS: readonly WeeklyKey[] = ['discover', 'rediscover', 'deep_cuts']

interface Words {
  name: string
  title: string
  empty: string
  why: string
}

export const WORDS: Readonly<Record<WeeklyKey, Words>> = {
  discover: {
    name: 'Discover',
    title: 'This week, not heard before',
    empty: 'Too little to go on yet',
    why: 'Like a few songs, and this list is made of what is near them.',
  },
  rediscover: {
    name: 'Rediscover',
    title: 'This week, heard again',
    empty: 'Nothing to rediscover yet',
    why: 'Songs you liked or played stand here three months after you last heard them.',
  },
  deep_cuts: {
    name: 'Deep cuts',
    title: 'This week, further down',
    empty: 'No deep cuts this week',
    why: 'Nothing little known that is new to you is left by artists you like or play.',
  },
}

/** The key that the address names; Discover where it names none. */
export const keyOf = (text: string | undefined): WeeklyKey => KEYS.find((key) => key === text) ?? 'discover'

/** "Week of 23 November. New on Mondays." */
export function weekWords(week: string | null | undefined, now = Date.now()): string {
  return week ? `Week of ${dayOf(`${week}T12:00:00`, now)}. New on Mondays.` : 'New on Mondays.'
}

/** "Week of 16 November". */
export const weekName = (week: string, now = Date.now()): string => `Week of ${dayOf(`${week}T12:00:00`, now)}`

/** The week that the address names; none where it names no day. */
export const weekOf = (text: string | undefined): string | undefined =>
  text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined

/** The songs as rows of a list; a weekly list has no scores, its order is the order. */
export const rowsOf = (list: WeeklyList, isUnwanted: (track: Recommended['track']) => boolean): Recommended[] =>
  list.tracks.filter(({ track }) => !isUnwanted(track)).map(({ track, reason }) => ({ track, reason, score: 0 }))

export interface Lead {
  track: string
  title: string
  tracks: number
}

/** The songs that brought most of the list, each with how many songs name it first. */
export function leadsOf(list: WeeklyList, most = 5): Lead[] {
  const found = new Map<string, Lead>()
  for (const { reason } of list.tracks) {
    const first = reason.seeds?.[0]
    if (!first?.track || !first.title) continue
    const lead = found.get(first.track) ?? { track: first.track, title: first.title, tracks: 0 }
    found.set(first.track, { ...lead, tracks: lead.tracks + 1 })
  }
  return [...found.values()].sort((a, b) => b.tracks - a.tracks).slice(0, most)
}

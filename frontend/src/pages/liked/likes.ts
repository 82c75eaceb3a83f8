import type { Schemas } from '@/api/types'

export type Like = Schemas['LikedTrack']

export const ORDERS = [
  { value: 'newest', name: 'Newest first' },
  { value: 'oldest', name: 'Oldest first' },
  { value: 'title', name: 'By title' },
  { value: 'artist', name: 'By artist' },
] as const
export type Order = (typeof ORDERS)[number]['value']

export const orderOf = (given: string | undefined): Order =>
  ORDERS.find(({ value }) => value === given)?.value ?? 'newest'

/** Whether the whole list must be here: only the newest can be shown page by page. */
export const needsAll = (filter: string, order: Order): boolean => filter.trim() !== '' || order !== 'newest'

const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()

/** The likes whose title, artist or record holds every word of the filter, in any case and without accents. */
export function filtered(likes: readonly Like[], filter: string): Like[] {
  const words = folded(filter).split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...likes]
  return likes.filter(({ track }) => {
    const text = folded([track.title, ...track.artists.map(({ name }) => name), track.album ?? ''].join(' '))
    return words.every((word) => text.includes(word))
  })
}

const names = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true })
const artistOf = ({ track }: Like) => track.artists[0]?.name ?? ''

/** The server's own order is the newest first: it stays, so that nothing jumps while pages come. */
export function ordered(likes: readonly Like[], order: Order): Like[] {
  const title = (a: Like, b: Like) => names.compare(a.track.title, b.track.title)
  const by = {
    oldest: (a: Like, b: Like) => (a.liked_at < b.liked_at ? -1 : a.liked_at > b.liked_at ? 1 : 0),
    title,
    artist: (a: Like, b: Like) => names.compare(artistOf(a), artistOf(b)) || title(a, b),
  }
  return order === 'newest' ? [...likes] : [...likes].sort(by[order])
}

/** A line of the virtual list: the head of a month, or a like. */
export type Line = { kind: 'month'; name: string; key: string; tracks: number } | { kind: 'like'; like: Like }

/** The likes under heads of months where time orders them; `whole`: the counts of the months are known. */
export function linesOf(likes: readonly Like[], order: Order, whole: boolean, now = new Date()): Line[] {
  if (order !== 'newest' && order !== 'oldest') return likes.map((like) => ({ kind: 'like', like }))
  const lines: Line[] = []
  const heads: Extract<Line, { kind: 'month' }>[] = []
  for (const like of likes) {
    const name = monthOf(like.liked_at, now)
    if (heads.at(-1)?.name !== name) {
      heads.push({ kind: 'month', name, key: `month ${like.track.id}`, tracks: 0 })
      lines.push(heads.at(-1) as Line)
    }
    lines.push({ kind: 'like', like })
    const head = heads.at(-1)
    if (head) head.tracks += 1
  }
  const last = heads.at(-1)
  if (!whole && last) last.tracks = 0 // more of this month may come
  return lines
}

function monthOf(at: string, now: Date): string {
  const date = new Date(at)
  const month = date.toLocaleDateString('en-GB', { month: 'long' })
  return date.getFullYear() === now.getFullYear() ? month : `${month} ${date.getFullYear()}`
}

/** "26 Nov", with the year where it is another one. */
export function dayOf(at: string, now = new Date()): string {
  const date = new Date(at)
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year })
}

/** Share cards as pictures: they need the person's token, so they are fetched, not linked. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { Schemas } from '@/api/types'

export type Size = Schemas['Size']
export type Ground = Schemas['Ground']
export interface CardWish {
  period: string
  size: Size
  ground: Ground
  name: boolean
  /** Codes of at most three facts, in their order on the card. */
  facts: string[]
}

export const SIZES: Readonly<Record<Size, { width: number; height: number; words: string }>> = {
  wide: { width: 1200, height: 630, words: '1200 × 630, for link previews' },
  tall: { width: 1080, height: 1920, words: '1080 × 1920, for phones' },
}

export const cardPng = (query: CardWish): Promise<Blob> =>
  data(api.GET('/v1/me/report/card.png', { params: { query }, parseAs: 'blob' })) as Promise<Blob>

export const cardSvg = (query: CardWish): Promise<Blob> =>
  data(api.GET('/v1/me/report/card.svg', { params: { query }, parseAs: 'blob' })) as Promise<Blob>

/** The card's drawing for the page, whose fonts it then has. */
export const useCard = (wish: CardWish) =>
  useQuery({
    queryKey: ['report', 'card', wish],
    queryFn: async () => drawing(await (await cardSvg(wish)).text()),
    placeholderData: keepPreviousData,
  })

const DRAWN = new Set(['svg', 'rect', 'g', 'path', 'circle', 'text', 'tspan'])

/** What stands inside the root of an SVG, shapes and texts alone: names on a card come from people. */
export function drawing(svg: string): string {
  const { documentElement: root } = new DOMParser().parseFromString(svg, 'image/svg+xml')
  for (const element of root.querySelectorAll('*')) {
    if (!DRAWN.has(element.localName)) element.remove()
    for (const { name } of [...element.attributes]) if (/^on|href$|^style$/i.test(name)) element.removeAttribute(name)
  }
  return root.innerHTML
}

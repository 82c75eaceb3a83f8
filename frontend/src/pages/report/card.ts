/** Share cards as pictures: they need the person's token, so they are fetched and shown as blobs. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, data } from '@/api/client'
import type { Schemas } from '@/api/types'

export type Size = Schemas['Size']
export type Ground = Schemas['Ground']
export interface CardWish {
  period: string
  size: Size
  ground: Ground
  name: boolean
}

export const SIZES: Readonly<Record<Size, { width: number; height: number; words: string }>> = {
  wide: { width: 1200, height: 630, words: '1200 × 630, for link previews' },
  tall: { width: 1080, height: 1920, words: '1080 × 1920, for phones' },
}

export const cardPng = (query: CardWish, signal?: AbortSignal): Promise<Blob> =>
  data(api.GET('/v1/me/report/card.png', { params: { query }, parseAs: 'blob', signal })) as Promise<Blob>

export const cardSvg = (query: CardWish): Promise<Blob> =>
  data(api.GET('/v1/me/report/card.svg', { params: { query }, parseAs: 'blob' })) as Promise<Blob>

export const sharedCardPng = (token: string, ground: Ground, size: Size, signal?: AbortSignal): Promise<Blob> =>
  data(
    api.GET('/v1/shared/reports/{token}/card.png', {
      params: { path: { token }, query: { ground, size } },
      parseAs: 'blob',
      signal,
    }),
  ) as Promise<Blob>

export const useCard = (wish: CardWish) =>
  useQuery({
    queryKey: ['report', 'card', wish],
    queryFn: ({ signal }) => cardPng(wish, signal),
    placeholderData: (before) => before,
  })

/** An address for a blob while the component lives. */
export function useBlobUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (!blob) return undefined
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return url
}

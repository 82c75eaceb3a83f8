/** Tracks that a text names, asked while it is typed. */
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { Track } from '@/api/types'

const PAUSE_MS = 140
const SUGGESTIONS = 6

/** A search of the catalogue; the request before is cancelled. */
export const searchQuery = (text: string, limit = SUGGESTIONS) =>
  queryOptions({
    queryKey: ['search', text, limit],
    queryFn: async ({ signal }) =>
      (await data(api.GET('/v1/search', { params: { query: { q: text, limit } }, signal }))).items,
    staleTime: 5 * 60_000,
  })

/** The suggestions for a text after a pause of typing; the ones before stay until then. `settled` is the text that was
 * asked for, empty before the first answer: songs and mood come together, so that nothing moves under the hand. */
export function useSuggestions(text: string) {
  const [settled] = useDebouncedValue(text.trim(), PAUSE_MS)
  const query = useQuery({ ...searchQuery(settled), enabled: settled.length > 0, placeholderData: keepPreviousData })
  const asked = settled.length > 0 && text.trim().length > 0
  return { tracks: asked ? (query.data ?? []) : [], settled: query.isPending ? '' : settled, failed: query.isError }
}

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLocaleLowerCase()
    .replace(/[\p{P}\s]+/gu, ' ')
    .trim()

/** The track that a text names by its whole title, alone or with the artist before or after it; undefined for free
 * text, which is a mood. Case, accents and punctuation do not matter. */
export function namedTrack(text: string, tracks: readonly Track[]): Track | undefined {
  const asked = plain(text)
  return tracks.find((track) => {
    const title = plain(track.title)
    const artist = plain(track.artists.map(({ name }) => name).join(' '))
    return [title, `${title} ${artist}`, `${artist} ${title}`].includes(asked)
  })
}

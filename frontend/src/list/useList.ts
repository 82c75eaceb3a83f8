/** The list of a state: from what was named, else from the person's taste. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { useSession } from '@/api/session'
import type { OpinionKind, Recommendations } from '@/api/types'
import { useOpinions } from '@/feedback/opinions'
import { bodyOf, tasteQuery } from './request'
import { isNamed, type ListState } from './state'
import { remember } from './tracks'

const DEGRADED_AGAIN_MS = 10_000

export interface ListAnswer {
  answer: Recommendations
  /** What the answer is of: another set or other seeds make another list, other dials the same list changed. */
  identity: string
}

const identityOf = ({ seeds, away, name, set }: ListState) => JSON.stringify([seeds, away, name, set])

export function useList(state: ListState, size: number) {
  const session = useSession()
  const opinions = useOpinions()
  const named = isNamed(state)
  const body = bodyOf(state, size, session.kind === 'guest' ? unwanted(opinions) : [])
  const query = tasteQuery(state, size)
  return useQuery({
    queryKey: ['recommendations', named ? body : query],
    queryFn: async ({ signal }): Promise<ListAnswer> => {
      const answer = await data(
        named
          ? api.POST('/v1/recommendations', { body, signal })
          : api.GET('/v1/me/recommendations', { params: { query }, signal }),
      )
      remember(answer.tracks.map(({ track }) => track))
      return { answer, identity: identityOf(state) }
    },
    enabled: session.kind !== 'unknown' && (named || session.kind === 'signed'),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data: last } }) => (last?.answer.degraded ? DEGRADED_AGAIN_MS : false),
  })
}

/** A guest's opinions are kept on the device: the server hears with each request what not to bring. */
const unwanted = (opinions: ReadonlyMap<string, OpinionKind>): string[] =>
  [...opinions].filter(([, kind]) => kind === 'dislike' || kind === 'never').map(([track]) => track)

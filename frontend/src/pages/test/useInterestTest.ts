import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { api, data } from '@/api/client'
import type { Track } from '@/api/types'
import { DEPENDS_ON_TASTE } from '@/feedback/opinions'
import {
  type Answer,
  type Answered,
  answer,
  back,
  EMPTY,
  keep,
  kept,
  pendingOf,
  sent,
  shown,
  type TestSession,
} from './testSession'

const AHEAD = 4
const key = (genres: readonly string[]) => ['interest-test', 'next', genres] as const

/** The test of one person: the song that is shown, and what can be done with it. */
export function useInterestTest(person: string) {
  const client = useQueryClient()
  const [testSession, setTestSession] = useState<TestSession>(() => kept(person))
  const { genres } = testSession
  const query = { genres: [...genres], limit: AHEAD }
  const change = useCallback(
    (next: TestSession) => {
      keep(person, next)
      setTestSession(next)
    },
    [person],
  )
  const next = useQuery({
    queryKey: key(genres),
    queryFn: ({ signal }) => data(api.GET('/v1/me/interest-test', { params: { query }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const post = useMutation({
    // Fails at once without a network: the answer is kept, and the next song is shown.
    networkMode: 'always',
    mutationFn: (answers: readonly Answered[]) =>
      data(
        api.POST('/v1/me/interest-test', {
          params: { query },
          body: { answers: answers.map(({ track, value }) => ({ track: track.id, value })) },
        }),
      ),
    onSuccess: (following, answers) => {
      client.setQueryData(key(genres), following)
      setTestSession((now) => {
        const settled = sent(now, new Set(answers.map(({ track }) => track.id)))
        keep(person, settled)
        return settled
      })
      for (const name of DEPENDS_ON_TASTE)
        if (name !== 'interest-test') void client.invalidateQueries({ queryKey: [name] })
    },
  })
  const { mutate } = post
  const say = (track: Track, value: Answer) => {
    if (post.isPending) return
    const said = answer(testSession, track, value)
    change(said)
    mutate(pendingOf(said))
  }
  const sendAgain = useCallback(() => {
    const waiting = pendingOf(kept(person))
    if (waiting.length) mutate(waiting)
  }, [person, mutate])
  useEffect(() => {
    sendAgain()
    window.addEventListener('online', sendAgain)
    return () => window.removeEventListener('online', sendAgain)
  }, [sendAgain])
  const restart = useMutation({
    mutationFn: () => api.DELETE('/v1/me/interest-test'),
    onSuccess: () => {
      change(EMPTY)
      return client.resetQueries({ queryKey: ['interest-test'] })
    },
  })
  const offered = next.data?.tracks ?? []
  return {
    testSession,
    next,
    post,
    restart,
    // The song stays until the next one is known, which depends on the answer.
    track: post.isPending ? (testSession.answered.at(-1)?.track ?? null) : shown(testSession, offered),
    say,
    sendAgain,
    goBack: () => change(back(testSession)),
    choose: (chosen: readonly string[]) => change({ ...testSession, genres: chosen }),
  }
}

export type InterestTest = ReturnType<typeof useInterestTest>

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import type { Report, Schemas } from '@/api/types'

export type Voice = Schemas['Voice']
export type ReportTrack = Schemas['ReportTrack']

export const reportQuery = (period: string, voice: Voice = 'plain') =>
  queryOptions({
    queryKey: ['report', 'whole', period, voice],
    // The client's types lose that an interval has two ends.
    queryFn: ({ signal }) =>
      data(api.GET('/v1/me/report', { params: { query: { period, voice } }, signal })) as Promise<Report>,
    placeholderData: keepPreviousData,
  })

export const keywordsQuery = (period: string) =>
  queryOptions({
    queryKey: ['report', 'keywords', period],
    queryFn: ({ signal }) => data(api.GET('/v1/me/report/keywords', { params: { query: { period } }, signal })),
  })

export const sharedReportQuery = (token: string) =>
  queryOptions({
    queryKey: ['shared-report', token],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/shared/reports/{token}', { params: { path: { token } }, signal })) as Promise<
        Schemas['SharedReport']
      >,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const sharesQuery = queryOptions({
  queryKey: ['share-links'],
  queryFn: ({ signal }) => data(api.GET('/v1/me/report/share', { signal })),
})

export const subscriptionQuery = queryOptions({
  queryKey: ['monthly-mail'],
  queryFn: ({ signal }) => data(api.GET('/v1/me/report/subscription', { signal })),
})

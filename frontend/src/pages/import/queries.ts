import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { queryClient } from '@/app/queryClient'
import type { Import } from './parts'

const PAGE = 20
const BYTES = {
  headers: { 'content-type': 'application/octet-stream' },
  bodySerializer: (body: unknown) => body as string,
}
const asBody = (bytes: Blob) => bytes as unknown as string

/** Imports of the last 30 days, the newest first. */
export const importsQuery = queryOptions({
  queryKey: ['imports', 'list'],
  queryFn: async ({ signal }) => (await data(api.GET('/v1/me/imports', { signal }))).items,
})

export const unmatchedQuery = (id: string, leftOut = false) =>
  infiniteQueryOptions({
    queryKey: ['imports', 'unmatched', id, leftOut],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/me/imports/{id}/unmatched', {
          params: {
            path: { id },
            query: { limit: PAGE, left_out: leftOut, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  })

/** The requests of one upload; all of them end with the signal. */
export const requests = (signal: AbortSignal) => ({
  whole: (name: string, bytes: Blob) =>
    data(api.POST('/v1/me/imports', { params: { query: { name } }, body: asBody(bytes), signal, ...BYTES })),
  begin: (name: string, size: number) => data(api.POST('/v1/me/imports:upload', { body: { name, size }, signal })),
  append: (id: string, offset: number, bytes: Blob) =>
    data(
      api.PATCH('/v1/me/imports/{id}', {
        params: { path: { id }, query: { offset } },
        body: asBody(bytes),
        signal,
        ...BYTES,
      }),
    ),
  find: (id: string) => findImport(id, signal),
})

export const findImport = (id: string, signal?: AbortSignal) =>
  data(api.GET('/v1/me/imports/{id}', { params: { path: { id } }, signal: signal ?? null }))

export const stopImport = (id: string) => api.POST('/v1/me/jobs/{id}/cancel', { params: { path: { id } } })
export const deleteImport = (id: string) => api.DELETE('/v1/me/imports/{id}', { params: { path: { id } } })

/** Takes an import back: what only it recorded goes. */
export const undoImport = (id: string) => data(api.POST('/v1/me/imports/{id}/undo', { params: { path: { id } } }))

/** Leaves an unmatched row out of the list, or brings it back. */
export async function leaveOut(id: string, number: number, out: boolean): Promise<void> {
  const at = { params: { path: { id, number } } }
  const path = '/v1/me/imports/{id}/unmatched/{number}/left-out'
  await (out ? api.PUT(path, at) : api.DELETE(path, at))
  await queryClient.invalidateQueries({ queryKey: ['imports', 'unmatched', id] })
  await renewImport(id)
}

/** Names the track of an unmatched row. */
export const correctRow = (id: string, number: number, track: string) =>
  data(api.PUT('/v1/me/imports/{id}/unmatched/{number}', { params: { path: { id, number } }, body: { track } }))

/** Shows an import as it now is, at once: in its place, or as the newest. */
export function putImport(view: Import): void {
  queryClient.setQueryData(importsQuery.queryKey, (held) => {
    if (!held) return held
    const known = held.some(({ id }) => id === view.id)
    return known ? held.map((one) => (one.id === view.id ? view : one)) : [view, ...held]
  })
}

/** Reads an import anew, whose rows the person changed. */
export async function renewImport(id: string): Promise<void> {
  putImport(await findImport(id))
}

export function dropImport(gone: string): void {
  queryClient.setQueryData(importsQuery.queryKey, (held) => held?.filter(({ id }) => id !== gone))
}

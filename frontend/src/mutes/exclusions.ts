/** What was heard or liked but says nothing about the person: asked, added, and taken back. */
import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Schemas } from '@/api/types'
import { announce } from '@/components/announcer/announce'
import { showToast } from '@/components/toast/toasts'
import { counted } from '@/words/dates'
import { tasteChanged } from './mutes'

export type Exclusion = Schemas['Exclusion']

export const exclusionsQuery = queryOptions({
  queryKey: ['exclusions'],
  queryFn: async ({ signal }) => (await data(api.GET('/v1/me/exclusions', { signal }))).items,
})

/** Sets a track, a playlist, a source or a period aside; says so and offers to take it back. */
export async function setAside(what: Schemas['NewExclusion'], words: string): Promise<Exclusion | null> {
  try {
    const made = (await data(api.POST('/v1/me/exclusions', { body: what }))) as Exclusion
    tasteChanged('exclusions')
    announce(words)
    showToast({ text: `${words} ${counted(made.events, 'event')} set aside.`, undo: () => void countAgain(made.id) })
    return made
  } catch (error) {
    showToast({ text: `Not changed. ${asProblem(error).message}` })
    return null
  }
}

export async function countAgain(id: string): Promise<boolean> {
  try {
    await api.DELETE('/v1/me/exclusions/{id}', { params: { path: { id } } })
  } catch (error) {
    showToast({ text: `Not changed. ${asProblem(error).message}` })
    return false
  }
  tasteChanged('exclusions')
  announce('It counts again.')
  showToast({ text: 'It counts again, from the next list on.' })
  return true
}

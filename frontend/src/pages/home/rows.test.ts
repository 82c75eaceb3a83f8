import { expect, it } from 'vitest'
import type { Track } from '@/api/types'
import { allOf, rowTitle } from './rows'

const seed = { id: 'a', title: 'Because you liked' } as Track

it('parts the title before the seed’s name, also where the name is like the words', () => {
  expect(rowTitle({ title: 'Because you liked Because you liked', seed })).toEqual({
    before: 'Because you liked',
    name: 'Because you liked',
  })
})

it('keeps other titles whole', () => {
  expect(rowTitle({ title: 'Trending now', seed: null })).toEqual({ before: null, name: 'Trending now' })
})

it('leads on to a list where there is one', () => {
  expect(allOf({ key: 'because_liked', seed })).toEqual({ seeds: 'a' })
  expect(allOf({ key: 'new_to_you', seed: null })).toEqual({})
  expect(allOf({ key: 'trending', seed: null })).toBeNull()
})

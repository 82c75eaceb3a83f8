// @vitest-environment jsdom
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Track } from '@/api/types'
import { queryClient } from '@/app/queryClient'
import { OneBox } from './OneBox'

const track = (id: string, title: string): Track => ({
  id,
  title,
  artists: [{ id: 'artist', name: 'Soft Sugar' }],
  genres: [],
  external_ids: {},
  in_release: 'learned',
})
const FOUND = [track('a', 'Empty Postcards'), track('b', 'Empty Snow')]

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn()
  vi.stubGlobal('fetch', async () => Response.json({ items: FOUND, next_cursor: null }))
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  vi.unstubAllGlobals()
})

function box(more: Partial<Parameters<typeof OneBox>[0]> = {}) {
  const said = { onTrack: vi.fn(), onMood: vi.fn(), onRemove: vi.fn() }
  render(
    <QueryClientProvider client={queryClient}>
      <OneBox label="Name a song" placeholder="Title or artist" {...said} {...more} />
    </QueryClientProvider>,
  )
  return { ...said, input: screen.getByRole('combobox', { name: 'Name a song' }) }
}

const type = (input: HTMLElement, text: string) => fireEvent.change(input, { target: { value: text } })
const press = (input: HTMLElement, ...keys: string[]) => {
  for (const key of keys) fireEvent.keyDown(input, { key })
}

it('chooses a song by arrows and Enter, and points at it while focus stays in the field', async () => {
  const { input, onTrack } = box()
  type(input, 'empty')
  expect(await screen.findAllByRole('option')).toHaveLength(3)
  press(input, 'ArrowDown', 'ArrowDown')
  const chosen = screen.getByRole('option', { selected: true })
  expect(input.getAttribute('aria-activedescendant')).toBe(chosen.id)
  press(input, 'Enter')
  expect(onTrack).toHaveBeenCalledWith(FOUND[1])
})

it('takes text that is no title for a mood, and a title for its song', async () => {
  const { input, onTrack, onMood } = box()
  type(input, 'rainy sunday')
  press(input, 'Enter')
  await waitFor(() => expect(onMood).toHaveBeenCalledWith('rainy sunday'))
  type(input, 'empty postcards')
  press(input, 'Enter')
  await waitFor(() => expect(onTrack).toHaveBeenCalledWith(FOUND[0]))
})

it('offers no song twice, and takes the last away by Backspace in the empty field', async () => {
  const { input, onRemove } = box({ seeds: [FOUND[0] as Track] })
  press(input, 'Backspace')
  expect(onRemove).toHaveBeenCalledWith(FOUND[0])
  type(input, 'empty')
  await screen.findAllByRole('option')
  expect(screen.queryByRole('option', { name: /Empty Postcards/ })).toBeNull()
})

it('closes by Escape and keeps nothing', async () => {
  const { input } = box()
  type(input, 'empty')
  await screen.findAllByRole('option')
  press(input, 'Escape')
  expect(screen.queryByRole('option')).toBeNull()
  expect((input as HTMLInputElement).value).toBe('')
})

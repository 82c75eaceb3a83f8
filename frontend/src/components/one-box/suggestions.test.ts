// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import type { Track } from '@/api/types'
import { namedTrack } from './suggestions'

const track = (title: string, artist: string): Track => ({
  id: title,
  title,
  artists: [{ id: artist, name: artist }],
  genres: [],
  external_ids: {},
  in_release: 'learned',
})
const TRACKS = [track('Dímelo, Morena', 'La Banda de Papel'), track('Rain', 'Slow Tide')]

describe('namedTrack', () => {
  it.each(['dimelo morena', 'Dímelo, Morena La Banda de Papel', 'la banda de papel - dimelo, morena'])(
    'finds the song that %j names',
    (text) => expect(namedTrack(text, TRACKS)?.id).toBe('Dímelo, Morena'),
  )
  it.each(['rainy sunday', 'Rai', 'Slow Tide'])('takes %j for a mood', (text) =>
    expect(namedTrack(text, TRACKS)).toBeUndefined(),
  )
})

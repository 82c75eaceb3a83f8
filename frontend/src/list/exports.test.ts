import { describe, expect, it } from 'vitest'
import type { Track } from '@/api/types'
import { exported, fileName } from './exports'

const TRACK: Track = {
  id: '3E9UPGNFFJAtGr9uESnwBG',
  title: 'Say "when", please',
  artists: [
    { id: 'a', name: 'Ada' },
    { id: 'b', name: 'Bob' },
  ],
  album: '=1+1',
  year: 2005,
  duration_ms: 207_857,
  genres: [],
  external_ids: { isrc: 'QZABC1234567', mbid: '01a22250-f9bf-77e7-8974-67f76ec8d7a9' },
  in_release: 'learned',
}
const BARE: Track = { id: 'x', title: 'Line\nbreak', artists: [], genres: [], external_ids: {}, in_release: 'learned' }
const FILE = { title: 'From two songs', tracks: [TRACK, BARE], origin: 'http://s' }

describe('exported', () => {
  it('writes CSV that spreadsheets read and do not run', () => {
    expect(exported('csv', FILE).split('\r\n').slice(0, 2)).toEqual([
      'id,title,artists,album,year,duration_ms,isrc',
      `3E9UPGNFFJAtGr9uESnwBG,"Say ""when"", please","Ada, Bob",'=1+1,2005,207857,QZABC1234567`,
    ])
  })
  it('writes the tracks as they came as JSON', () => {
    expect(JSON.parse(exported('json', FILE))).toEqual({ title: 'From two songs', tracks: [TRACK, BARE] })
  })
  it('writes M3U8 with one line for each name and an address for each track', () => {
    expect(exported('m3u8', FILE)).toBe(
      [
        '#EXTM3U',
        '#PLAYLIST:From two songs',
        '#EXTINF:208,Ada, Bob - Say "when", please',
        'http://s/track/3E9UPGNFFJAtGr9uESnwBG',
        '#EXTINF:-1, - Line break',
        'http://s/track/x',
        '',
      ].join('\n'),
    )
  })
  it('writes JSPF with identifiers where there are any', () => {
    const { playlist } = JSON.parse(exported('jspf', FILE))
    expect(playlist.track[0]).toMatchObject({
      creator: 'Ada, Bob',
      duration: 207_857,
      identifier: ['https://musicbrainz.org/recording/01a22250-f9bf-77e7-8974-67f76ec8d7a9'],
    })
    expect(playlist.track[1]).toEqual({ title: 'Line\nbreak', creator: '', info: 'http://s/track/x' })
  })
})

it('names files by the list', () => {
  expect(fileName('From two songs', 'csv')).toBe('from-two-songs.csv')
  expect(fileName('“???”', 'jspf')).toBe('songs.jspf.json')
})

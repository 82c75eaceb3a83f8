import { expect, test } from 'vitest'
import { SKETCH_S, type Sketch, sketchOf, type Voice } from './sketch'
import { wav } from './wav'

const track = (features: object, id = '4LhSpK4lPEhsVq1cza8ZYo') => ({ id, artist: 'a', features })
const count = (sketch: Sketch, voice: Voice) => sketch.notes.filter((note) => note.voice === voice).length
const classes = (sketch: Sketch) =>
  new Set(sketch.notes.filter(({ voice }) => voice !== 'kick' && voice !== 'hat').map(({ pitch }) => pitch % 12))

test('the same track gives the same notes, another track others', () => {
  const a = track({ tempo: 120, energy: 0.6, key: 2, mode: 1 })
  expect(sketchOf(a)).toEqual(sketchOf(a))
  expect(sketchOf(a).notes).not.toEqual(sketchOf(track(a.features, '1SlUeHPaVntqxrtSS05S25')).notes)
})

test('every note starts inside the eight seconds and can be heard', () => {
  for (const tempo of [40, 90, 128, 240]) {
    const { notes, seconds } = sketchOf(track({ tempo, energy: 0.8 }))
    expect(seconds).toBe(SKETCH_S)
    expect(notes.length).toBeGreaterThan(20)
    for (const note of notes) {
      expect(note.at).toBeGreaterThanOrEqual(0)
      expect(note.at).toBeLessThan(SKETCH_S)
      expect(note.gain).toBeGreaterThan(0)
      expect(note.gain).toBeLessThan(0.6)
    }
  }
})

test('all tones belong to the key and mode', () => {
  const aMinor = sketchOf(track({ tempo: 120, energy: 0.9, key: 9, mode: 0 }))
  const dMajor = sketchOf(track({ tempo: 120, energy: 0.9, key: 2, mode: 1 }))
  expect([...classes(aMinor)].every((tone) => [9, 11, 0, 2, 4, 5, 7].includes(tone))).toBe(true)
  expect([...classes(dMajor)].every((tone) => [2, 4, 6, 7, 9, 11, 1].includes(tone))).toBe(true)
})

test('energy brings more notes and drums, acoustic songs have none', () => {
  const calm = sketchOf(track({ tempo: 120, energy: 0.1, acousticness: 0.1 }))
  const wild = sketchOf(track({ tempo: 120, energy: 0.95, acousticness: 0.1 }))
  const folk = sketchOf(track({ tempo: 120, energy: 0.5, acousticness: 0.95 }))
  expect(wild.notes.length).toBeGreaterThan(calm.notes.length * 1.5)
  expect(count(wild, 'kick')).toBeGreaterThan(0)
  expect(count(calm, 'kick') + count(folk, 'kick')).toBe(0)
  expect(folk.brightness).toBeLessThan(wild.brightness)
})

test('a quicker tempo has more bars in the same time', () => {
  const bass = (tempo: number) => count(sketchOf(track({ tempo, energy: 0.6 })), 'bass')
  expect(bass(160)).toBeGreaterThan(bass(80))
})

test('the file says its length, and loud samples do not wrap', async () => {
  const samples = new Float32Array([0, 1.5, -1.5])
  const blob = wav({ sampleRate: 44_100, getChannelData: () => samples })
  const view = new DataView(await blob.arrayBuffer())
  expect(blob.type).toBe('audio/wav')
  expect(view.byteLength).toBe(44 + 6)
  expect(view.getUint32(40, true)).toBe(6)
  expect([44, 46, 48].map((at) => view.getInt16(at, true))).toEqual([0, 32767, -32767])
})

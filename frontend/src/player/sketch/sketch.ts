import { hash, unit } from '@/covers/hash'
import { clamp, mix } from '@/covers/oklch'
import { type CoverTrack, soundOf } from '@/covers/sound'

export const SKETCH_S = 8
const BEATS = 4

export type Voice = 'bass' | 'chord' | 'lead' | 'kick' | 'hat'

/** One sound of the sketch. `pitch` is a MIDI number (60 = middle C); drums ignore it. `gain` is 0 to 1. */
export interface Note {
  voice: Voice
  at: number
  length: number
  pitch: number
  gain: number
}

export interface Sketch {
  seconds: number
  /** 0 soft and plucked, 1 bright and held. */
  brightness: number
  /** Share of plucked strings in the chords, 0 to 1. */
  acousticness: number
  notes: Note[]
}

const MAJOR = [0, 2, 4, 5, 7, 9, 11]
const MINOR = [0, 2, 3, 5, 7, 8, 10]
/** Degrees of the scale that the chords stand on, a bar each. */
const WAYS = {
  major: [
    [0, 3, 4, 0],
    [0, 5, 3, 4],
    [0, 4, 5, 3],
  ],
  minor: [
    [0, 5, 2, 6],
    [0, 3, 4, 0],
    [0, 6, 5, 6],
  ],
}

/** Eight seconds of music from tempo, key, mode, energy and acousticness; the melody's steps follow the track's id, so
 * that the same track always sounds the same. Attributes that are missing stand in the middle. */
export function sketchOf(track: CoverTrack): Sketch {
  const sound = soundOf(track)
  const energy = clamp(sound.energy)
  const acousticness = clamp(sound.acousticness)
  const beat = 60 / clamp(sound.tempo, 50, 220)
  const scale = sound.mode ? MAJOR : MINOR
  const way = pick(WAYS[sound.mode ? 'major' : 'minor'], `${track.id}way`)
  const tone = (degree: number, octave: number) => pitchOf(scale, sound.key, degree, octave)
  const notes: Note[] = []
  for (let start = 0, bar = 0; start < SKETCH_S; start += beat * BEATS, bar++) {
    const root = way[bar % way.length] as number
    notes.push(...chords(tone, root, start, beat, energy))
    notes.push(...bass(tone, root, start, beat, energy))
    notes.push(...lead(track.id, tone, root, start, beat, bar, energy))
    notes.push(...drums(start, beat, energy, acousticness))
  }
  const inside = notes.filter(({ at }) => at < SKETCH_S - 0.05).sort((a, b) => a.at - b.at)
  return { seconds: SKETCH_S, brightness: mix(energy, 1 - acousticness, 0.4), acousticness, notes: inside }
}

type Tone = (degree: number, octave: number) => number

function pitchOf(scale: readonly number[], key: number, degree: number, octave: number): number {
  const step = ((degree % 7) + 7) % 7
  return 12 * (octave + 1 + Math.floor(degree / 7)) + key + (scale[step] as number)
}

/** The triad of the bar, held when calm, struck on every beat when lively. */
function chords(tone: Tone, root: number, start: number, beat: number, energy: number): Note[] {
  const strikes = energy > 0.7 ? 4 : energy > 0.4 ? 2 : 1
  const length = (beat * BEATS) / strikes
  return Array.from({ length: strikes }, (_, i) =>
    [0, 2, 4].map((third) => ({
      voice: 'chord' as const,
      at: start + i * length + third * 0.012,
      length: length * 0.95,
      pitch: tone(root + third, 3),
      gain: 0.16,
    })),
  ).flat()
}

function bass(tone: Tone, root: number, start: number, beat: number, energy: number): Note[] {
  const strikes = energy > 0.55 ? 4 : 2
  const length = (beat * BEATS) / strikes
  return Array.from({ length: strikes }, (_, i) => ({
    voice: 'bass',
    at: start + i * length,
    length: length * 0.9,
    pitch: tone(root, 2) - 12,
    gain: mix(0.22, 0.32, energy),
  }))
}

/** A melody by the id: chord tones on the beat, neighbours between, more of it the livelier the track. */
function lead(id: string, tone: Tone, root: number, start: number, beat: number, bar: number, energy: number): Note[] {
  const steps = energy > 0.6 ? 8 : 4
  const length = (beat * BEATS) / steps
  const notes: Note[] = []
  for (let i = 0; i < steps; i++) {
    const seed = `${id}lead${bar % 2}${i}`
    if (i > 0 && unit(seed) > mix(0.45, 0.8, energy)) continue
    const degree = i % 2 === 0 ? pick([0, 2, 4, 7], seed) : pick([1, 2, 3, 5], seed)
    notes.push({ voice: 'lead', at: start + i * length, length, pitch: tone(root + degree, 4), gain: 0.2 })
  }
  return notes
}

/** Drums come in with energy and leave what is acoustic alone. */
function drums(start: number, beat: number, energy: number, acousticness: number): Note[] {
  const force = energy * (1 - acousticness * 0.8)
  if (force < 0.25) return []
  const notes: Note[] = []
  for (let i = 0; i < BEATS; i++) {
    if (i % 2 === 0 || force > 0.6)
      notes.push({ voice: 'kick', at: start + i * beat, length: 0.16, pitch: 36, gain: 0.5 * force })
    if (force > 0.4)
      notes.push({ voice: 'hat', at: start + (i + 0.5) * beat, length: 0.05, pitch: 80, gain: 0.16 * force })
  }
  return notes
}

function pick<Item>(items: readonly Item[], seed: string): Item {
  return items[hash(seed) % items.length] as Item
}

import { unit } from './hash'
import { clamp, hex, mix } from './oklch'
import { sceneOf } from './scenes'
import { type CoverTrack, type Sound, soundOf } from './sound'

type Kind = 'light' | 'vivid' | 'dark'

export interface Palette {
  kind: Kind
  ground: string
  field: string
  inks: string[]
  spark: string
  paper: string
}

/** Hue and chroma factor of a track: scene, then sub-scene (11 degrees either way), then artist (7). */
export function hueOf(track: CoverTrack): { hue: number; strength: number } {
  const { energy } = soundOf(track)
  const hue = sceneOf(track).hue + (unit(track.genres?.[1] ?? '') - 0.5) * 22 + (unit(track.artist) - 0.5) * 14
  const metal = track.genres?.[0] === 'metal' ? 0.5 : 1
  return { hue, strength: mix(1.06, 0.76, age(track)) * mix(0.7, 1.08, energy) * metal }
}

/** 0 for a track of 2015 or later, 1 for one of 1965 or earlier. */
const age = (track: CoverTrack) => clamp((2015 - (track.year ?? 2015)) / 50)

export function palette(track: CoverTrack): Palette {
  const sound = soundOf(track)
  const { hue, strength } = hueOf(track)
  const { spark } = sceneOf(track)
  const kind = kindOf(sound)
  const { lightness, chroma, inks } = RECIPES[kind](sound)
  const ground = groundHue(track, kind, hue, spark)
  return {
    kind,
    ground: hex(lightness, ground === hue ? chroma * strength : chroma * 0.8, ground),
    field: hex(lightness + FIELD[kind], chroma * strength * 1.2, ground - 14),
    inks: inks.map(([L, C], i) => hex(L, C * strength, hue + (INK_HUES[i] ?? 0))),
    spark: hex(kind === 'light' ? 0.66 : 0.77, 0.15 * mix(0.85, 1, sound.energy), spark),
    paper: hex(mix(0.965, 0.925, age(track)), mix(0.012, 0.042, age(track)), 84),
  }
}

const INK_HUES = [0, 30, -24]
const FIELD: Record<Kind, number> = { light: -0.06, dark: 0.06, vivid: -0.07 }

function kindOf({ mode, energy, valence }: Sound): Kind {
  if (mode) return energy > 0.66 && valence > 0.42 ? 'vivid' : 'light'
  return energy > 0.72 && valence > 0.5 ? 'vivid' : 'dark'
}

interface Recipe {
  lightness: number
  chroma: number
  inks: [number, number][]
}

const RECIPES: Record<Kind, (sound: Sound) => Recipe> = {
  light: ({ energy, valence }) => ({
    lightness: mix(0.845, 0.895, valence),
    chroma: 0.042 + 0.036 * energy,
    inks: [
      [0.4, 0.1],
      [0.6, 0.15],
      [0.73, 0.12],
    ],
  }),
  vivid: ({ valence }) => ({
    lightness: mix(0.6, 0.7, valence),
    chroma: 0.135,
    inks: [
      [0.34, 0.085],
      [0.82, 0.1],
      [0.47, 0.13],
    ],
  }),
  dark: ({ valence }) => ({
    lightness: mix(0.265, 0.36, valence),
    chroma: 0.055,
    inks: [
      [0.56, 0.13],
      [0.7, 0.13],
      [0.83, 0.085],
    ],
  }),
}

/** An artist's ground: its own hue (55 %, always on vivid), the spark's (20 %), or the next hue (25 %). */
function groundHue(track: CoverTrack, kind: Kind, hue: number, spark: number): number {
  const turn = unit(`${track.artist}ground`)
  if (turn < 0.55 || kind === 'vivid') return hue
  return turn < 0.75 ? spark + 12 : hue + 46
}

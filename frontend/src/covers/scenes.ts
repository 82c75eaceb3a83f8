import type { FigureName } from './figures'
import { hash } from './hash'
import type { CoverTrack } from './sound'

export interface Scene {
  hue: number
  spark: number
  figures: readonly [FigureName, FigureName, FigureName]
}

const scene = (hue: number, spark: number, ...figures: Scene['figures']): Scene => ({ hue, spark, figures })

/** Hue of the ink, hue of the spark and the three figures of each scene, by the first genre of a track. */
export const SCENES: Readonly<Record<string, Scene>> = {
  rock: scene(27, 82, 'corner', 'chevron', 'steps'),
  soul: scene(48, 200, 'arch', 'wave', 'serpent'),
  country: scene(66, 28, 'horizon', 'steps', 'hill'),
  afro: scene(84, 30, 'serpent', 'zigzag', 'arch'),
  'hip hop': scene(108, 42, 'steps', 'corner', 'loop'),
  folk: scene(138, 52, 'hill', 'wave', 'arch'),
  indie: scene(168, 36, 'wave', 'merge', 'corner'),
  electronic: scene(200, 66, 'zigzag', 'loop', 'serpent'),
  ambient: scene(228, 62, 'horizon', 'hill', 'spiral'),
  jazz: scene(258, 70, 'spiral', 'serpent', 'merge'),
  metal: scene(285, 28, 'chevron', 'zigzag', 'corner'),
  pop: scene(352, 84, 'loop', 'arch', 'wave'),
  latin: scene(14, 204, 'loop', 'spiral', 'merge'),
}
const ALL = Object.values(SCENES)

/** The scene of a track; an unknown first genre, or else the artist, is hashed to one of the thirteen. */
export function sceneOf(track: CoverTrack): Scene {
  const first = track.genres?.[0]
  const known = first === undefined || !Object.hasOwn(SCENES, first) ? undefined : SCENES[first]
  return known ?? (ALL[hash(first ?? track.artist) % ALL.length] as Scene)
}

/** Geometry of the circle of fifths: twelve steps clockwise from C, outer ring major, inner ring minor. */
import { arc } from 'd3-shape'

/** Fewer songs than this in a key make no claim. */
export const FEWEST_OF_KEY = 8
export const SIZE = 400
const RINGS = { major: [124, 190], minor: [66, 122] } as const
const NAMES = {
  major: ['C', 'G', 'D', 'A', 'E', 'B', 'F♯', 'D♭', 'A♭', 'E♭', 'B♭', 'F'],
  minor: ['Am', 'Em', 'Bm', 'F♯m', 'C♯m', 'G♯m', 'E♭m', 'B♭m', 'Fm', 'Cm', 'Gm', 'Dm'],
} as const
const STEP = (2 * Math.PI) / 12
const MOST_INK = 0.34
const STRONGEST_LIFT = 2.5

export interface KeyShare {
  /** Pitch class, 0 = C. */
  key: number
  /** 1 major, 0 minor. */
  mode: number
  n: number
  share: number
  catalogue_share: number
  lift?: number | null
  claim?: string
}

export interface KeySector {
  key: KeyShare
  name: string
  long: string
  path: string
  outline: string
  text: readonly [number, number]
  /** Opacity of the ink, 0 to .34 by lift; 0 where too few songs are known. */
  ink: number
  /** Enough songs to say something. */
  sure: boolean
  home: boolean
}

/** The place of a key on its ring: fifths for major keys, its relative major's place for minor ones. */
export const placeOf = (key: number, mode: number): number => ((mode === 1 ? key : key + 3) * 7) % 12

/** The home key: of those that are claimed to be more frequent than in the catalogue, the one of the highest lift. */
export function homeKey(keys: readonly KeyShare[]): KeyShare | null {
  const claimed = keys.filter(({ claim }) => claim === 'higher')
  return claimed.reduce<KeyShare | null>(
    (best, key) => (best && (best.lift ?? 0) >= (key.lift ?? 0) ? best : key),
    null,
  )
}

export function sectors(keys: readonly KeyShare[]): KeySector[] {
  const home = homeKey(keys)
  return keys.map((key) => {
    const ring = key.mode === 1 ? 'major' : 'minor'
    const place = placeOf(key.key, key.mode)
    const [inner, outer] = RINGS[ring]
    const sure = key.n >= FEWEST_OF_KEY
    return {
      key,
      name: NAMES[ring][place] as string,
      long: keyName(key),
      path: sector(place, inner, outer, 0),
      outline: sector(place, inner + 2, outer - 2, 0.012),
      text: middle(place, (inner + outer) / 2),
      ink: sure ? inkOf(key.lift ?? 0) : 0,
      sure,
      home: key === home,
    }
  })
}

/** "D major", "F♯ minor". */
export function keyName({ key, mode }: Pick<KeyShare, 'key' | 'mode'>): string {
  const name = NAMES[mode === 1 ? 'major' : 'minor'][placeOf(key, mode)] as string
  return `${name.replace(/m$/, '')} ${mode === 1 ? 'major' : 'minor'}`
}

const inkOf = (lift: number): number =>
  Math.round(100 * MOST_INK * Math.min(1, Math.max(0, lift) / STRONGEST_LIFT)) / 100

function sector(place: number, innerRadius: number, outerRadius: number, inset: number): string {
  const [startAngle, endAngle] = [(place - 0.5) * STEP + inset, (place + 0.5) * STEP - inset]
  return arc()({ innerRadius, outerRadius, startAngle, endAngle }) ?? ''
}

const middle = (place: number, radius: number): readonly [number, number] => [
  radius * Math.sin(place * STEP),
  -radius * Math.cos(place * STEP),
]

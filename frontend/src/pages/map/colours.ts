/** Colours of the map: a cluster has the hue of its label's scene, at the lightness of tints (covers/tint.ts). */
import { hex } from '@/covers/oklch'
import { SCENES, sceneOf } from '@/covers/scenes'

export type Scheme = 'light' | 'dark'
export type Rgb = readonly [number, number, number]

/** Lightness and chroma of points, and the tokens `page` and `needle` of app/tokens.css, as OKLCH. */
const POINT = { light: [0.57, 0.12], dark: [0.76, 0.1] } as const
export const TOKENS = {
  light: { page: [0.968, 0.004, 80], needle: [0.61, 0.195, 36] },
  dark: { page: [0.188, 0.007, 60], needle: [0.7, 0.175, 40] },
} as const

/** Scenes by words that genres carry without naming the scene. */
const ALSO: Readonly<Record<string, string>> = {
  rap: 'hip hop',
  trap: 'hip hop',
  'boom bap': 'hip hop',
  punk: 'rock',
  grunge: 'rock',
  house: 'electronic',
  techno: 'electronic',
  trance: 'electronic',
  'drum and bass': 'electronic',
  edm: 'electronic',
  drone: 'ambient',
  'new age': 'ambient',
  bossa: 'latin',
  salsa: 'latin',
  reggaeton: 'latin',
  cumbia: 'latin',
  samba: 'latin',
  bluegrass: 'country',
  americana: 'country',
  'singer-songwriter': 'folk',
  funk: 'soul',
  disco: 'soul',
  'r&b': 'soul',
  gospel: 'soul',
  bebop: 'jazz',
  swing: 'jazz',
  shoegaze: 'indie',
  'desert blues': 'afro',
  highlife: 'afro',
}

const NAMES = [...Object.keys(SCENES), ...Object.keys(ALSO)]

/** The hue of a label: that of the scene it is, ends with or contains (the longest word first), else a hashed one. */
export function hueOfLabel(label: string | null, cluster: number): number {
  const name = label?.toLowerCase() ?? `cluster ${cluster}`
  const fits = (test: (known: string) => boolean) => NAMES.filter(test).sort((a, b) => b.length - a.length)[0]
  const known = fits((k) => k === name) ?? fits((k) => name.endsWith(k)) ?? fits((k) => name.includes(k))
  const scene = known === undefined ? name : (ALSO[known] ?? known)
  return sceneOf({ id: name, artist: name, genres: [scene] }).hue
}

/** A colour for each of the 256 numbers of clusters, RGBA bytes. */
export function palette(clusters: readonly { cluster: number; label: string | null }[], scheme: Scheme): Uint8Array {
  const colours = new Uint8Array(256 * 4).fill(255)
  const [lightness, chroma] = POINT[scheme]
  for (const { cluster, label } of clusters)
    colours.set(bytes(hex(lightness, chroma, hueOfLabel(label, cluster))), cluster * 4)
  return colours
}

/** A token as red, green and blue in 0..1. */
export function token(name: 'page' | 'needle', scheme: Scheme): Rgb {
  const [r = 0, g = 0, b = 0] = bytes(hex(...(TOKENS[scheme][name] as Rgb)))
  return [r / 255, g / 255, b / 255]
}

const bytes = (colour: string) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))

import { FIGURES, type FigureName } from './figures'
import { hash, unit } from './hash'
import { clamp, mix } from './oklch'
import { type Palette, palette } from './palette'
import { sceneOf } from './scenes'
import { type CoverTrack, type Sound, soundOf } from './sound'

/** Rises with every change of the drawing: a changed cover is a changed identity. */
export const COVER_VERSION = 1

/** The inside of a cover as SVG markup for a view box of 320: hex colours, no text, no filters, about 0.9 KB.
 * The same track gives the same cover in every browser. Nothing of the markup comes from the track's own text. */
export function coverMarkup(track: CoverTrack): string {
  const sound = soundOf(track)
  const colours = palette(track)
  const name = figureOf(track)
  const figure = FIGURES[name](clamp(sound.energy), repeatsOf(sound))
  const width = figure.widest * mix(1.2, 0.84, clamp((sound.tempo - 70) / 110)) * mix(0.94, 1.04, unit(`${track.id}w`))
  const field =
    figure.close && unit(`${track.id}g`) < 0.7
      ? `<path d="${figure.path}${figure.close}" fill="${colours.field}"/>`
      : ''
  return (
    `<rect width="320" height="320" fill="${colours.ground}"/><g transform="${placement(track, sound, name)}">` +
    `${field}${discMarkup(figure.disc, Math.min(figure.room(width), roomLimit(name)), sound, colours)}` +
    `${bandMarkup(figure.path, width, stripes(track, sound, colours), sound)}</g>`
  )
}

/** Figures whose room depends on the band's width would else get a disc that fills the square. */
const roomLimit = (name: FigureName) =>
  ['arch', 'serpent', 'corner', 'loop'].includes(name) ? 60 : Number.POSITIVE_INFINITY

const repeatsOf = ({ danceability }: Sound) => 1 + Number(danceability > 0.52) + Number(danceability > 0.74)

function figureOf(track: CoverTrack): FigureName {
  const next = Number(unit(`${track.artist}figure`) < 0.4)
  return sceneOf(track).figures[(hash(track.genres?.[1] ?? '') + next) % 3] as FigureName
}

/** Quarter turn by the key's place on the circle of fifths, then mirror, shift and zoom by the id. */
function placement(track: CoverTrack, { key, mode }: Sound, name: FigureName): string {
  const quarter = Math.floor(((key * 7) % 12) / 3) * 90
  const upright = name === 'arch' || name === 'hill' || name === 'horizon'
  const turn = upright ? (mode ? 0 : quarter % 180) : quarter
  const x = 160 + Math.round((unit(`${track.id}x`) - 0.5) * 44)
  const y = 160 + Math.round((unit(`${track.id}y`) - 0.5) * 36)
  const zoom = mix(1, 1.4, unit(`${track.id}z`)).toFixed(2)
  const mirror = unit(`${track.id}f`) < 0.5 ? ' translate(320) scale(-1 1)' : ''
  return `translate(${x} ${y}) rotate(${turn}) scale(${zoom}) translate(-160 -160)${mirror}`
}

function discMarkup([x, y]: readonly [number, number], room: number, { valence }: Sound, colours: Palette): string {
  const radius = room * mix(0.6, 1, valence)
  if (valence <= 0.42 || radius <= 9) return ''
  return `<circle cx="${x}" cy="${y}" r="${radius.toFixed(1)}" fill="${valence > 0.66 ? colours.spark : colours.paper}"/>`
}

/** The same path stroked n times: stripe i has the width W(2(n-i)-1)/(2n-1). */
function bandMarkup(path: string, width: number, inks: readonly string[], { acousticness }: Sound): string {
  const n = inks.length
  const strokes = inks.map((colour, i) => {
    const stripe = ((width * (2 * (n - i) - 1)) / (2 * n - 1)).toFixed(1)
    return `<path d="${path}" stroke="${colour}" stroke-width="${stripe}"/>`
  })
  const join = acousticness > 0.3 ? 'round' : 'miter'
  return `<g fill="none" stroke-linejoin="${join}" stroke-linecap="round" stroke-miterlimit="8">${strokes.join('')}</g>`
}

type Stripe = 0 | 1 | 2 | 'paper' | 'spark'
const ORDERS: readonly (readonly Stripe[])[] = [
  [0, 'paper', 1, 'spark'],
  [0, 'spark', 1, 'paper'],
  [1, 'paper', 0, 'spark'],
  ['paper', 0, 'spark', 1],
  [2, 0, 'paper', 'spark'],
  [0, 2, 'spark', 'paper'],
]

/** Colours of the stripes, outermost first: two to four by energy, their order by artist and album. */
function stripes(track: CoverTrack, { energy, acousticness }: Sound, colours: Palette): string[] {
  const count = energy < 0.3 ? 2 : energy < 0.72 ? 3 : 4
  const order = ORDERS[hash(track.artist + (track.album ?? '')) % ORDERS.length] as readonly Stripe[]
  const chosen = order
    .slice(0, count)
    .map((stripe) => (typeof stripe === 'number' ? (colours.inks[stripe] as string) : colours[stripe]))
  if (acousticness <= 0.55) return chosen
  return [colours.inks[colours.kind === 'dark' ? 2 : 0] as string, colours.ground, ...chosen.slice(2)]
}

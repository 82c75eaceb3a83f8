import type { CSSProperties } from 'react'
import { clamp, hex } from './oklch'
import { hueOf } from './palette'
import type { CoverTrack } from './sound'

/** Hues of seeds that stand side by side keep this distance, in degrees; one that is nearer moves on. */
const APART = 38
const STEP = 50

/** The colour that each track lends to its line, for light and dark pages, as CSS variables of the class `tint`.
 * Lightness is fixed, so that the contrast with the page is known (3:1 or better). */
export function tints(tracks: readonly CoverTrack[]): CSSProperties[] {
  const used: number[] = []
  return tracks.map((track) => {
    const { hue, strength } = hueOf(track)
    const free = freeHue((hue + 720) % 360, used)
    used.push(free)
    const chroma = clamp(strength, 0.45)
    const variables = { '--tint-light': hex(0.57, 0.14 * chroma, free), '--tint-dark': hex(0.76, 0.12 * chroma, free) }
    return variables as CSSProperties
  })
}

export const tint = (track: CoverTrack): CSSProperties => tints([track])[0] as CSSProperties

function freeHue(hue: number, used: readonly number[]): number {
  let free = hue
  for (let tries = 0; tries < 7 && used.some((other) => distance(other, free) < APART); tries++)
    free = (free + STEP) % 360
  return free
}

const distance = (a: number, b: number) => Math.min(Math.abs(a - b), 360 - Math.abs(a - b))

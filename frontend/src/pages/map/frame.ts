/** How the map lies in its canvas: what bars and panels leave free, its bounds, the size of a song. */
import { type Box, type Camera, fitted, type Size } from './camera'
import { NOWHERE, type Points } from './points'

const PHONE = 900
const RADIUS = { wide: 2.1, phone: 1.3, least: 0.9, most: 5 }
/** Above this number songs are drawn smaller. */
const MANY = 10_000

/** What search, tools and the panel leave of the canvas. */
export function freeOf({ width, height }: Size, panel: boolean): Box {
  if (width < PHONE) return { left: 8, top: 64, right: width - 8, bottom: Math.max(height - (panel ? 300 : 16), 160) }
  const edge = Math.max(32, (width - 1216) / 2)
  return { left: edge + 66, top: 76, right: width - edge - (panel ? 388 : 0), bottom: height - 24 }
}

/** The smallest box that holds every song on the map; the whole plane when there is none. */
export function boundsOf({ count, x, y, cluster }: Points): Box {
  const box = { left: 65535, top: 65535, right: 0, bottom: 0 }
  for (let row = 0; row < count; row++) {
    if (cluster[row] === NOWHERE) continue
    const [px, py] = [x[row] as number, y[row] as number]
    if (px < box.left) box.left = px
    if (px > box.right) box.right = px
    if (py < box.top) box.top = py
    if (py > box.bottom) box.bottom = py
  }
  return box.left > box.right ? { left: 0, top: 0, right: 65535, bottom: 65535 } : box
}

export const everything = (bounds: Box, size: Size, panel = false): Camera => fitted(bounds, size, freeOf(size, panel))

/** Radius of a song in pixels: it grows more slowly than the map does. */
export function radiusOf(count: number, { width }: Size, zoom: number): number {
  const base = width < PHONE ? RADIUS.phone : RADIUS.wide
  const many = base * (MANY / Math.max(count, MANY)) ** 0.2
  return Math.min(Math.max(many * Math.max(zoom, 1) ** 0.5, RADIUS.least), RADIUS.most)
}

/** How many likes each cluster holds. */
export function likesIn({ cluster }: Points, liked: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const row of liked) counts.set(cluster[row] as number, (counts.get(cluster[row] as number) ?? 0) + 1)
  return counts
}

// @vitest-environment node
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const CSS = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const SCHEMES = ['light', 'dark'] as const
type Scheme = (typeof SCHEMES)[number]

/** Text on its ground, then graphics and control edges on theirs. */
const TEXT: [string, string[]][] = [
  ['ink', ['page', 'surface']],
  ['ink-2', ['page', 'surface']],
  ['ink-3', ['page', 'surface', 'sunken']],
  ['on-ink', ['ink']],
  ['needle-ink', ['page', 'needle-wash']],
  ['error', ['page', 'error-wash']],
  ['warn', ['warn-wash']],
  ['good', ['page', 'good-wash']],
  ['ink', ['warn-wash', 'error-wash', 'good-wash', 'hover']],
]
const GRAPHICS: [string, string[]][] = [
  ['edge', ['page', 'sunken']],
  ['needle', ['page', 'sunken', 'surface']],
]

const rows = (pairs: [string, string[]][]) =>
  SCHEMES.flatMap((scheme) =>
    pairs.flatMap(([over, grounds]) => grounds.map((ground) => [scheme, over, ground] as const)),
  )

test.each(rows(TEXT))('%s: text in %s on %s has a contrast of 4.5', (scheme, over, ground) => {
  expect(contrast(scheme, over, ground)).toBeGreaterThanOrEqual(4.5)
})

test.each(rows(GRAPHICS))('%s: graphics in %s on %s have a contrast of 3', (scheme, over, ground) => {
  expect(contrast(scheme, over, ground)).toBeGreaterThanOrEqual(3)
})

/** WCAG 2.2 contrast ratio of two tokens. */
function contrast(scheme: Scheme, over: string, ground: string): number {
  const [high, low] = [luminance(scheme, over), luminance(scheme, ground)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(scheme: Scheme, token: string): number {
  const block = CSS.slice(CSS.indexOf(`[data-mantine-color-scheme="${scheme}"]`))
  const found = new RegExp(`--${token}: oklch\\(([\\d.]+) ([\\d.]+) ([\\d.]+)\\)`).exec(block)
  if (!found) throw new Error(`no token --${token} in ${scheme}`)
  const [L, C, H] = found.slice(1).map(Number) as [number, number, number]
  const a = C * Math.cos((H * Math.PI) / 180)
  const b = C * Math.sin((H * Math.PI) / 180)
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((value) => Math.min(1, Math.max(0, value))) as [number, number, number]
  return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
}

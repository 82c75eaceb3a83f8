import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SCENES } from '@/covers/scenes'
import { between, type Camera, centred, fitted, toMap, toScreen, zoomed } from './camera'
import { hueOfLabel, palette, TOKENS } from './colours'
import { boundsOf, radiusOf } from './frame'
import { isInside, rowsInside, spread } from './lasso'
import { placesOf } from './nearest'
import { type Cluster, inOrder, named, placed } from './placedLabels'
import { NOWHERE, type Points, rowsOf } from './points'
import { summary } from './summary'

const points = (...rows: [number, number, number?][]): Points => ({
  count: rows.length,
  x: Uint16Array.from(rows, ([x]) => x),
  y: Uint16Array.from(rows, ([, y]) => y),
  cluster: Uint8Array.from(rows, ([, , cluster]) => cluster ?? 0),
})
const CROSS = points([500, 500], [100, 500], [900, 480], [510, 100], [520, 900, 1], [0, 0, NOWHERE])
const SIZE = { width: 1000, height: 600 }
const CAMERA: Camera = { x: 500, y: 500, scale: 2 }

describe('camera', () => {
  it('goes to the screen and back', () =>
    expect(toMap(CAMERA, SIZE, toScreen(CAMERA, SIZE, [321, 654]))).toEqual([321, 654]))
  it('keeps the point under the pointer when it zooms', () => {
    const at = [120, 90] as const
    const [x, y] = toMap(zoomed({ ...CAMERA, scale: 0.1 }, SIZE, 2, at, 0.05), SIZE, at)
    expect([x, y].map(Math.round)).toEqual(toMap({ ...CAMERA, scale: 0.1 }, SIZE, at).map(Math.round))
  })
  it('goes no further than half of everything and no nearer than a song', () => {
    expect(zoomed(CAMERA, SIZE, 1e-9, [0, 0], 0.02).scale).toBe(0.01)
    expect(zoomed(CAMERA, SIZE, 1e9, [0, 0], 0.02).scale).toBe(0.5)
  })
  it('fits bounds into what is left free', () => {
    const free = { left: 100, top: 50, right: 600, bottom: 550 }
    const camera = fitted(boundsOf(CROSS), SIZE, free)
    for (const row of [0, 1, 2, 3, 4]) {
      const [x, y] = toScreen(camera, SIZE, [CROSS.x[row] as number, CROSS.y[row] as number])
      expect(x > 100 && x < 600 && y > 50 && y < 550).toBe(true)
    }
    expect(toScreen(centred([500, 500], 2, SIZE, free), SIZE, [500, 500])).toEqual([350, 300])
  })
  it('begins and ends a flight where it should', () => {
    const to = { x: 900, y: 100, scale: 8 }
    expect(between(CAMERA, to, 0)).toEqual(CAMERA)
    expect(between(CAMERA, to, 1)).toEqual(to)
  })
})

describe('places', () => {
  const places = placesOf(CROSS)
  it('finds the nearest song within a distance', () => {
    expect(places.nearest([480, 510], 100)).toBe(0)
    expect(places.nearest([0, 0], 90)).toBeUndefined()
  })
  it.each([
    ['left', 1],
    ['right', 2],
    ['up', 3],
    ['down', 4],
  ] as const)('goes %s to the nearest song of that quarter', (direction, row) =>
    expect(places.neighbour(0, direction)).toBe(row),
  )
  it('ends at the edge', () => expect(places.neighbour(1, 'left')).toBeUndefined())
  it('agrees with a search of every pair', () => {
    const many = points(
      ...Array.from({ length: 400 }, (_, i): [number, number] => [(i * 7919) % 65536, (i * 104729) % 65536]),
    )
    const found = placesOf(many)
    for (let i = 0; i < 50; i++) {
      const at = [(i * 3571) % 65536, (i * 2861) % 65536] as const
      const far = (row: number) => Math.hypot((many.x[row] ?? 0) - at[0], (many.y[row] ?? 0) - at[1])
      const least = Math.min(...Array.from({ length: 400 }, (_, row) => far(row)))
      expect(far(found.nearest(at, 100_000) as number)).toBe(least)
    }
  })
})

describe('lasso', () => {
  const SQUARE = [
    [0, 0],
    [600, 0],
    [600, 600],
    [0, 600],
  ] as const
  it('holds what is inside and on the map', () => {
    expect(isInside([10, 10], SQUARE)).toBe(true)
    expect(isInside([610, 10], SQUARE)).toBe(false)
    expect(rowsInside(CROSS, SQUARE)).toEqual([0, 1, 3])
  })
  it('spreads seeds over the choice, the middle first, none twice', () => {
    const line = points(...Array.from({ length: 101 }, (_, i): [number, number] => [i * 10, 0]))
    const rows = Array.from({ length: 101 }, (_, i) => i)
    expect(spread(line, rows, 3)).toEqual([50, 0, 100])
    expect(new Set(spread(line, rows)).size).toBe(10)
    expect(spread(line, [4, 5])).toHaveLength(2)
    expect(spread(line, [])).toEqual([])
  })
  it('says what is inside', () => {
    const clusters = [{ cluster: 0, label: 'jazz' }] as Cluster[]
    const map = { points: CROSS, clusters }
    expect(summary(map, [0, 1, 4], [1])).toEqual({ title: '3 songs inside', text: '1 you like. Mostly jazz.' })
    expect(summary(map, [0], []).title).toBe('1 song inside')
    expect(summary(map, [], []).title).toBe('No songs inside')
  })
})

describe('colours', () => {
  it.each([
    ['jazz', 'jazz'],
    ['garage rock', 'rock'],
    ['vocal jazz', 'jazz'],
    ['Jazz fusion', 'jazz'],
    ['desert blues', 'afro'],
    ['drum and bass', 'electronic'],
    ['pop punk', 'rock'],
  ])('%s has the hue of %s', (label, scene) => expect(hueOfLabel(label, 0)).toBe(SCENES[scene]?.hue))
  it('gives an unknown label one of the hues, always the same', () => {
    const hue = hueOfLabel('Zadie Marchetto', 3)
    expect(hueOfLabel('Zadie Marchetto', 9)).toBe(hue)
    expect(Object.values(SCENES).map((scene) => scene.hue)).toContain(hueOfLabel(null, 9))
  })
  it('is lighter at night', () => {
    const of = (scheme: 'light' | 'dark') => [...palette([{ cluster: 2, label: 'folk' }], scheme).slice(8, 11)]
    expect(Math.min(...of('dark'))).toBeGreaterThan(Math.min(...of('light')))
  })
  it('uses the tokens', () => {
    const css = readFileSync('src/app/tokens.css', 'utf8')
    const [light = '', dark = ''] = css.split('[data-mantine-color-scheme="dark"] {')
    for (const [scheme, text] of [
      ['light', light],
      ['dark', dark],
    ] as const)
      for (const name of ['page', 'needle'] as const)
        expect(text).toContain(`--${name}: oklch(${TOKENS[scheme][name].join(' ')})`)
  })
})

describe('labels', () => {
  const cluster = (number: number, x: number, y: number, label: string | null = 'garage rock'): Cluster => ({
    cluster: number,
    tracks: 100 - number,
    x,
    y,
    label,
    kind: 'genre',
  })
  it('leaves out what would lie over another, a bar or an edge, and what has no name', () => {
    const bar = { left: 0, top: 0, right: 400, bottom: 40 }
    const all = [
      cluster(0, 500, 500),
      cluster(1, 505, 503),
      cluster(2, 300, 360),
      cluster(3, 749, 500),
      cluster(4, 600, 600, null),
      cluster(5, 500, 520),
    ]
    expect(placed(all, CAMERA, SIZE, [bar]).map((label) => label.cluster)).toEqual([0, 5])
  })
  it('puts your own places first, then the largest', () => {
    const all = [cluster(1, 0, 0), cluster(0, 0, 0), cluster(2, 0, 0)]
    expect(inOrder(all, new Map([[2, 4]])).map((one) => one.cluster)).toEqual([2, 0, 1])
  })
  it('begins genres with a capital and leaves artists as they are', () => {
    expect(named({ label: 'garage rock', kind: 'genre' })).toBe('Garage rock')
    expect(named({ label: 'k.d. lang', kind: 'artist' })).toBe('k.d. lang')
    expect(named({ label: null, kind: null })).toBe('Without a name')
  })
})

describe('frame', () => {
  it('draws songs larger when they are near, smaller when they are many', () => {
    expect(radiusOf(5000, SIZE, 4)).toBeGreaterThan(radiusOf(5000, SIZE, 1))
    expect(radiusOf(1_000_000, { width: 1280, height: 800 }, 1)).toBeLessThan(
      radiusOf(5000, { width: 1280, height: 800 }, 1),
    )
  })
  it('takes the whole plane when nothing is on the map', () =>
    expect(boundsOf(points([3, 3, NOWHERE])).right).toBe(65535))
  it('lists the songs of a cluster', () => expect(rowsOf(CROSS, 0)).toEqual([0, 1, 2, 3]))
})

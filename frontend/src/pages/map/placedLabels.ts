/** Which labels stand on the map, and where. */
import { type Box, type Camera, type Size, toScreen } from './camera'

export interface Cluster {
  cluster: number
  tracks: number
  x: number
  y: number
  label: string | null
  kind: 'genre' | 'artist' | null
}

export interface Label {
  cluster: number
  text: string
  x: number
  y: number
}

const A_LETTER = 7.4
const PAD = 6
const LINE = 22
const MOST = { wide: 36, phone: 24 }
const PHONE = 900

/** A label as it is read: genres begin with a capital, names of artists stay as they are. */
export const named = ({ label, kind }: Pick<Cluster, 'label' | 'kind'>): string =>
  !label ? 'Without a name' : kind === 'artist' ? label : `${label[0]?.toUpperCase()}${label.slice(1)}`

/** Clusters by what matters to the person: those with most likes first, then the largest. */
export const inOrder = (clusters: readonly Cluster[], likes: ReadonlyMap<number, number>): Cluster[] =>
  [...clusters].sort(
    (a, b) => (likes.get(b.cluster) ?? 0) - (likes.get(a.cluster) ?? 0) || b.tracks - a.tracks || a.cluster - b.cluster,
  )

/** Labels that fit the canvas: in order, none over another, over what is `taken`, or cut by an edge. */
export function placed(clusters: readonly Cluster[], camera: Camera, size: Size, taken: readonly Box[]): Label[] {
  const full = [...taken]
  const labels: Label[] = []
  const most = size.width < PHONE ? MOST.phone : MOST.wide
  for (const cluster of clusters) {
    if (!cluster.label || labels.length >= most) continue
    const text = named(cluster)
    const [x, y] = toScreen(camera, size, [cluster.x, cluster.y])
    const half = ([...text].length * A_LETTER) / 2 + PAD
    const box = { left: x - half, right: x + half, top: y - LINE / 2, bottom: y + LINE / 2 }
    const inside = box.left >= 0 && box.top >= 0 && box.right <= size.width && box.bottom <= size.height
    if (!inside || full.some((other) => overlap(box, other))) continue
    full.push(box)
    labels.push({ cluster: cluster.cluster, text, x: Math.round(x), y: Math.round(y) })
  }
  return labels
}

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** The binaries of the catalogue's map: where each song stands, and its id. The layout is that of docs/map.md. */

const HEADER = 16
const VERSION = 1
const POINT_BYTES = 5
const ID_BYTES = 22
/** The cluster of songs that are not on the map. */
export const NOWHERE = 255

export interface Points {
  count: number
  /** 0..65535, left to right and top to bottom, both in the same unit. */
  x: Uint16Array
  y: Uint16Array
  cluster: Uint8Array
}

export interface Ids {
  count: number
  idOf: (row: number) => string
  /** The row of a track, undefined when the release does not have it. */
  rowOf: (id: string) => number | undefined
}

/** The points of `GET /v1/map/{release}.bin`. An Error says what is wrong with other bytes. */
export function pointsOf(buffer: ArrayBuffer): Points {
  const count = countOf(buffer, 'SGMP', POINT_BYTES)
  return {
    count,
    x: new Uint16Array(buffer, HEADER, count),
    y: new Uint16Array(buffer, HEADER + 2 * count, count),
    cluster: new Uint8Array(buffer, HEADER + 4 * count, count),
  }
}

/** The ids of `GET /v1/map/{release}/ids.bin`. The table from id to row is made when it is first asked. */
export function idsOf(buffer: ArrayBuffer): Ids {
  const count = countOf(buffer, 'SGID', ID_BYTES)
  const text = new TextDecoder('ascii')
  const idOf = (row: number) => text.decode(new Uint8Array(buffer, HEADER + ID_BYTES * row, ID_BYTES))
  let rows: Map<string, number> | null = null
  return {
    count,
    idOf,
    rowOf: (id) => {
      rows ??= new Map(Array.from({ length: count }, (_, row) => [idOf(row), row]))
      return rows.get(id)
    },
  }
}

/** Number of rows by the header, when everything else about the bytes is as it should be. */
function countOf(buffer: ArrayBuffer, magic: string, rowBytes: number): number {
  const view = new DataView(buffer)
  if (buffer.byteLength < HEADER) throw new Error(`The map ends within its header: ${buffer.byteLength} bytes.`)
  const given = String.fromCharCode(...new Uint8Array(buffer, 0, 4))
  if (given !== magic) throw new Error(`The map begins with ${JSON.stringify(given)}, not ${magic}.`)
  const version = view.getUint16(4, true)
  if (version !== VERSION) throw new Error(`The map has version ${version}; this page reads version ${VERSION}.`)
  const bytes = view.getUint16(6, true)
  if (bytes !== rowBytes) throw new Error(`The map has ${bytes} bytes a row, not ${rowBytes}.`)
  const count = view.getUint32(8, true)
  const wanted = HEADER + count * rowBytes
  if (buffer.byteLength !== wanted) throw new Error(`The map has ${buffer.byteLength} bytes, not ${wanted}.`)
  return count
}

/** Rows of one cluster, in the order of the release. */
export function rowsOf({ count, cluster }: Points, wanted: number): number[] {
  const rows: number[] = []
  for (let row = 0; row < count; row++) if (cluster[row] === wanted) rows.push(row)
  return rows
}

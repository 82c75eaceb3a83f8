import { describe, expect, it } from 'vitest'
import { idsOf, pointsOf } from './points'

function binary(magic: string, rowBytes: number, count: number, bytes: number[] = [], version = 1): ArrayBuffer {
  const buffer = new ArrayBuffer(16 + bytes.length)
  const view = new DataView(buffer)
  for (const [i, letter] of [...magic].entries()) view.setUint8(i, letter.charCodeAt(0))
  view.setUint16(4, version, true)
  view.setUint16(6, rowBytes, true)
  view.setUint32(8, count, true)
  new Uint8Array(buffer).set(bytes, 16)
  return buffer
}

const TWO = [1, 0, 0xff, 0xff, 2, 1, 3, 0, 7, 255]
const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0))

describe('pointsOf', () => {
  it('reads columns one after another, little-endian', () => {
    const points = pointsOf(binary('SGMP', 5, 2, TWO))
    expect([...points.x]).toEqual([1, 65535])
    expect([...points.y]).toEqual([258, 3])
    expect([...points.cluster]).toEqual([7, 255])
  })
  it('reads a map without songs', () => expect(pointsOf(binary('SGMP', 5, 0)).count).toBe(0))
  it.each([
    ['another file', binary('SGID', 5, 2, TWO), /begins with "SGID"/],
    ['another version', binary('SGMP', 5, 2, TWO, 2), /version 2/],
    ['other rows', binary('SGMP', 6, 2, TWO), /6 bytes a row/],
    ['a cut file', binary('SGMP', 5, 3, TWO), /26 bytes, not 31/],
    ['a file that goes on', binary('SGMP', 5, 1, TWO), /26 bytes, not 21/],
    ['a cut header', new ArrayBuffer(7), /within its header/],
  ])('refuses %s', (_, buffer, message) => expect(() => pointsOf(buffer)).toThrow(message))
})

describe('idsOf', () => {
  const FIRST = '1Dq6PHS7NL7JS3BOSdlrUd'
  const SECOND = '7sIZIqBZlGbqnG6joIyY5u'
  const ids = idsOf(binary('SGID', 22, 2, ascii(FIRST + SECOND)))
  it('gives the id of a row and the row of an id', () => {
    expect(ids.idOf(1)).toBe(SECOND)
    expect(ids.rowOf(FIRST)).toBe(0)
    expect(ids.rowOf('nowhere')).toBeUndefined()
  })
  it('refuses points', () => expect(() => idsOf(binary('SGMP', 5, 2, TWO))).toThrow(/not SGID/))
})

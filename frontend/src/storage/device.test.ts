// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { erase, read, readJson, write, writeJson } from './device'

const denied = () => {
  throw new DOMException('denied', 'SecurityError')
}

afterEach(() => {
  vi.unstubAllGlobals()
  for (const key of ['a', 'b']) erase(key)
})

describe('with storage', () => {
  test('a value stays in the browser', () => {
    write('a', '1')
    expect([read('a'), localStorage.getItem('a')]).toEqual(['1', '1'])
    erase('a')
    expect(read('a')).toBeNull()
  })

  test('text that is no JSON reads as nothing', () => {
    localStorage.setItem('a', 'no json')
    expect(readJson('a')).toBeNull()
  })

  test('a value that finds no room is kept in memory, and one that fits again is not', () => {
    write('a', 'old')
    const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(denied)
    write('a', 'new')
    expect([read('a'), localStorage.getItem('a')]).toEqual(['new', 'old'])
    full.mockRestore()
    write('a', 'newer')
    expect([read('a'), localStorage.getItem('a')]).toEqual(['newer', 'newer'])
  })
})

describe('where the browser refuses storage', () => {
  beforeEach(() => vi.stubGlobal('localStorage', new Proxy({}, { get: denied })))

  test('values live as long as the page', () => {
    writeJson('b', { likes: 2 })
    expect([readJson('b'), read('a')]).toEqual([{ likes: 2 }, null])
    erase('b')
    expect(read('b')).toBeNull()
  })
})

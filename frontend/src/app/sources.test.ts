// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const SOURCES = new URL('..', import.meta.url).pathname

test('nothing else reaches for the storage of the browser', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
  const outside = files.filter((name) => !name.includes('.test.') && name !== 'storage/device.ts')
  expect(outside.length).toBeGreaterThan(100)
  expect(outside.filter((name) => /\b(local|session)Storage\b/.test(readFileSync(SOURCES + name, 'utf8')))).toEqual([])
})

test('a file has at most 250 lines', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(tsx?|css)$/.test(name))
  const lines = (name: string) => readFileSync(SOURCES + name, 'utf8').split('\n').length - 1
  expect(files.filter((name) => name !== 'api/schema.ts' && lines(name) > 250)).toEqual([])
})

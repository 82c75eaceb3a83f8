// @vitest-environment node
/** Names in code are the field's: a track, a session. "Song" stands only in sentences that listeners read, which are text and
 * not names. */
import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'

const SOURCES = new URL('..', import.meta.url).pathname
const UNWANTED = /song|sitting/i
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
const read = (file: string) => readFileSync(SOURCES + file, 'utf8')

/** Identifiers of a source file, and what it imports. */
function namesOf(text: string): string[] {
  const names: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) names.push(node.text)
    if (ts.isImportDeclaration(node)) names.push(node.moduleSpecifier.getText())
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('x.tsx', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX))
  return names
}

const unwanted = (names: readonly string[]) => [...new Set(names)].filter((name) => UNWANTED.test(name))

test('names are found where sentences are not', () => {
  const source = "const songTitle = <p className='small'>A song</p> // a song\nimport { Row } from './SongRow'"
  expect(unwanted(namesOf(source))).toEqual(['songTitle', "'./SongRow'"])
})

test('no file is named by a word that listeners read', () => expect(unwanted(files)).toEqual([]))

test('no name in the sources is', () => {
  const sources = files.filter((file) => /\.tsx?$/.test(file) && file !== 'api/schema.ts')
  expect(sources.length).toBeGreaterThan(100)
  expect(sources.flatMap((file) => unwanted(namesOf(read(file))).map((name) => `${file}: ${name}`))).toEqual([])
})

test('no class of a stylesheet is', () => {
  const classes = (text: string) => text.replace(/\/\*.*?\*\//gs, '').match(/\.[a-z][\w-]*/gi) ?? []
  const found = files.filter((file) => file.endsWith('.css')).flatMap((file) => unwanted(classes(read(file))))
  expect(found).toEqual([])
})

/** Fails the build when a page loads more than its budget (KB gzipped): the entry with everything it imports, the
 * library behind menus and sheets, and each lazy page with what it adds. Reads the manifest that Vite writes. */
import { readFileSync, rmSync, statSync } from 'node:fs'

const DIST = new URL('../../gateway/web/dist/', import.meta.url).pathname
const KB = 1000
const FIRST = { js: 180, css: 15 }
const LAZY_JS = 30
const OVERLAYS_JS = 45
const OVERLAYS = 'src/app/AccountMenu.tsx'
const OTHER_JS = { 'src/pages/map/MapPage.tsx': 80 }
const HOME = 'src/pages/home/HomePage.tsx'

const manifest = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8'))

/** Files of an entry and of all its static imports, by their names in the manifest. */
function filesOf(key, found = new Set()) {
  const { file, css = [], imports = [] } = manifest[key]
  if (found.has(file)) return found
  for (const name of [file, ...css]) found.add(name)
  for (const name of imports) filesOf(name, found)
  return found
}

const size = (files, ending) =>
  [...files]
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + statSync(`${DIST}${file}.gz`).size, 0) / KB

const entry = filesOf('index.html')
const first = new Set([...entry, ...filesOf(HOME)])
const without = (files, ...known) => [...files].filter((file) => !known.some((set) => set.has(file)))
const overlays = new Set(without(filesOf(OVERLAYS), first))
const rows = [
  ['first load, JS', size(first, '.js'), FIRST.js],
  ['first load, CSS', size(first, '.css'), FIRST.css],
  ['menus, popovers and sheets, JS (shared, lazy)', size(overlays, '.js'), OVERLAYS_JS],
]
for (const key of Object.keys(manifest)) {
  if (!/^src\/(pages|dev)\//.test(key) || key === HOME) continue
  rows.push([key, size(without(filesOf(key), first, overlays), '.js'), OTHER_JS[key] ?? LAZY_JS])
}

for (const [name, kb, most] of rows)
  console.log(`${kb > most ? 'OVER' : '  ok'}  ${kb.toFixed(1).padStart(6)} of ${most} KB  ${name}`)
rmSync(`${DIST}.vite`, { recursive: true })
if (rows.some(([, kb, most]) => kb > most)) process.exit(1)

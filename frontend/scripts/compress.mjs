/** Writes FILE.br and FILE.gz beside every text file of the build, so that the gateway need not compress. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const ASSETS = new URL('../../gateway/web/dist/assets/', import.meta.url).pathname
const TEXT = /\.(js|css|svg|json)$/

for (const name of readdirSync(ASSETS).filter((name) => TEXT.test(name))) {
  const bytes = readFileSync(join(ASSETS, name))
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  writeFileSync(join(ASSETS, `${name}.br`), brotliCompressSync(bytes, { params }))
  writeFileSync(join(ASSETS, `${name}.gz`), gzipSync(bytes, { level: 9 }))
}

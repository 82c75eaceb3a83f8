import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const GATEWAY = process.env.SEGUE_URL ?? 'http://127.0.0.1:8000'

/** Builds into the gateway's package, which serves the files; in development the API is that of a running fleet. */
export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../gateway/web/dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/web', '/health', '/docs', '/openapi.json'].map((path) => [path, GATEWAY])),
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'], setupFiles: [], css: false, testTimeout: 30_000 },
})

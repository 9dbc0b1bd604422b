import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// `npm run dev` of this folder alone talks to a running platform at SAHARY_URL.
const platform = process.env.SAHARY_URL ?? 'http://127.0.0.1:8080'

export default defineConfig(({ command }) => {
  // Whoever builds, tests among them, builds what people get: React's development half weighs 60 KiB.
  if (command === 'build') process.env.NODE_ENV = 'production'
  return {
    base: '/customer/',
    plugins: [react()],
    build: {
      target: 'es2022',
      // Assets are files, never data: URLs, so that the content security policy stays narrow.
      assetsInlineLimit: 0,
      manifest: true,
      // For coverage and for reading a fault's stack; the gateway gives them to nobody.
      sourcemap: 'hidden',
      // A page that is open while a new build arrives still finds the parts it was built from: their names carry hashes.
      emptyOutDir: false,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 400,
    },
    server: { proxy: { '/api': platform } },
  }
})

import { defineConfig } from '@hey-api/openapi-ts'

// Types alone: the calls themselves go through src/api/request.ts, which knows the session.
export default defineConfig({
  input: process.env.OPENAPI ?? '../../docs/generated/openapi.json',
  output: { path: 'src/client', clean: true, entryFile: false },
  plugins: ['@hey-api/typescript'],
})

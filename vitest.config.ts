import { defineConfig } from 'vitest/config'

const tier = (name: string, include: string[], more: Record<string, unknown> = {}) => ({
  test: { name, include, exclude: ['**/node_modules/**', '**/dist/**'], environment: 'node' as const, ...more },
})
const contracts = 'packages/contracts/test/**/*.test.ts'

// Tests of one tier: `vitest run --project unit`. Only the service tier has the shared PostgreSQL.
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      tier('unit', ['{packages,services,infra}/*/src/**/*.test.{ts,tsx}', contracts], {
        testTimeout: 15_000,
      }),
      tier('service', ['{packages,services,infra}/*/test/**/*.test.ts'], {
        exclude: ['**/node_modules/**', '**/dist/**', contracts],
        globalSetup: ['packages/testing/src/global-setup.ts'],
        testTimeout: 30_000,
        hookTimeout: 60_000,
      }),
      tier('architecture', ['tests/architecture/**/*.test.ts'], { testTimeout: 60_000 }),
      tier('system', ['tests/system/**/*.test.ts'], {
        testTimeout: 300_000,
        hookTimeout: 300_000,
        fileParallelism: false,
      }),
      tier('browser', ['tests/browser/**/*.test.ts'], {
        testTimeout: 300_000,
        hookTimeout: 300_000,
        fileParallelism: false,
      }),
      tier('chaos', ['tests/chaos/**/*.test.ts'], {
        testTimeout: 600_000,
        hookTimeout: 300_000,
        fileParallelism: false,
      }),
    ],
  },
})

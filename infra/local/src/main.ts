import { ending } from './platform/ending.ts'

const commands: Record<string, () => Promise<{ run: (args: string[]) => Promise<number> }>> = {
  start: () => import('./commands/start.ts'),
  dev: () => import('./commands/dev.ts'),
  test: () => import('./commands/test.ts'),
  'test:full': () => import('./commands/test-full.ts'),
  check: () => import('./commands/check.ts'),
  gen: () => import('./commands/gen.ts'),
  build: () => import('./commands/build.ts'),
  images: () => import('./commands/images.ts'),
  parked: () => import('./commands/parked.ts'),
  secrets: () => import('./commands/secrets.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  console.error(`There is no command "${name}"; there are ${Object.keys(commands).join(', ')}.`)
  process.exit(2)
}
await ending(async () => (await command()).run(args))

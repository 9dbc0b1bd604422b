import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { launch } from '../platform/launch.ts'
import { asked, demoGreeting, greeting, stopAsked } from '../platform/standing.ts'
import { root } from '../root.ts'
import { freePort } from '../stack/port.ts'

/** `dev`: programs from source, started again at each change and open to an inspector; the portal from Vite; demo data. */
export async function run(): Promise<number> {
  const dir = process.env.SAHARY_DIR ?? join(root, '.sahary')
  const stopping = stopAsked()
  const tell = (line: string) => console.error(line)
  const platform = await launch({ dir, env: process.env, demo: true, from: 'watch', tell, signal: stopping })
  const port = await freePort()
  const vite = spawn(join(root, 'services/portal/node_modules/.bin/vite'), ['--port', String(port), '--strictPort'], {
    cwd: join(root, 'services/portal'),
    stdio: 'inherit',
    env: { ...process.env, SAHARY_URL: platform.gatewayUrl },
  })
  try {
    console.log(greeting(platform, `http://127.0.0.1:${port}/customer/`), await demoGreeting(platform, dir))
    console.log('ready')
    await asked(stopping)
  } finally {
    vite.kill('SIGTERM')
    await platform.stop()
  }
  return 0
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { root } from '../root.ts'

/** What a runner did: tests that passed and failed; a check without tests counts as one. */
export type Outcome = { passed: number; failed: number }

/** A step of the whole test run. */
export type Tier = { name: string; run: () => Promise<Outcome> }

const bin = (name: string): string => join(root, 'node_modules/.bin', name)

/** Runs a command of `node_modules/.bin` in the repository with its output shown; counts as one test. */
export const command = (name: string, ...args: string[]): Tier['run'] => {
  return async () => ((await exitCode(bin(name), args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })
}

/** Runs vitest projects and counts their tests. */
export const vitest = (projects: readonly string[], ...more: string[]): Tier['run'] => {
  return async () => {
    const report = join(root, '.sahary/test/reports', `${projects.join('-')}.json`)
    mkdirSync(dirname(report), { recursive: true })
    rmSync(report, { force: true })
    const chosen = projects.flatMap(project => ['--project', project])
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await exitCode(bin('vitest'), ['run', ...chosen, ...reporters, ...more])
    if (!existsSync(report)) return { passed: 0, failed: code === 0 ? 0 : 1 }
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    // A file that does not load, or an error outside of any test, fails the run with every test green.
    return { passed: numPassedTests, failed: numFailedTests || (code === 0 ? 0 : 1) }
  }
}

/** Runs a benchmark and keeps what it prints beside the reports; counts as one test. */
export const figures = (program: string): Tier['run'] => {
  return async () => {
    const file = join(root, '.sahary/test/figures', `${basename(program, '.ts')}.txt`)
    mkdirSync(dirname(file), { recursive: true })
    const child = spawn(process.execPath, [join(root, program)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.pipe(process.stdout, { end: false })
    child.stdout.pipe(createWriteStream(file))
    const [code] = await once(child, 'close')
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  }
}

/** Runs tiers in order and stops at the first that fails. The last line is a plain count of everything. */
export async function runTiers(tiers: readonly Tier[]): Promise<number> {
  const total = { passed: 0, failed: 0 }
  for (const tier of tiers) {
    console.log(`\n── ${tier.name}`)
    const began = performance.now()
    const outcome = await tier.run()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`── ${tier.name}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)`)
    total.passed += outcome.passed
    total.failed += outcome.failed
    if (outcome.failed > 0) break
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 ? 0 : 1
}

function exitCode(path: string, args: readonly string[]): Promise<number> {
  return new Promise(resolve => {
    const child = spawn(path, [...args], { cwd: root, stdio: 'inherit', env: process.env })
    child.once('error', () => resolve(1))
    child.once('exit', code => resolve(code ?? 1))
  })
}

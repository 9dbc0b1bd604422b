import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyModules, outsideOf } from './modules.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sahary-modules-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A package in a store of its own, as pnpm lays them; gives its folder. */
function store(name: string, version: string, more: Record<string, unknown> = {}): string {
  const folder = join(dir, 'store', `${name}@${version}`, 'node_modules', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, ...more }))
  return folder
}

const link = (target: string, folder: string, name: string): void => {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(target, join(folder, 'node_modules', name))
}

describe('packages beside a bundle', () => {
  it('are those that a program depends on and that its bundle does not hold', () => {
    const dependencies = { '@sahary/db': 'workspace:*', fonts: '1', fastify: '5' }
    const program = store('program', '1', { dependencies })
    expect(outsideOf(program, ['node_modules/.pnpm/fastify@5/node_modules/fastify/fastify.js'])).toEqual(['fonts'])
  })

  it('come with what they need, each in the version that it asks for, without what is not for this machine', () => {
    const program = store('program', '1')
    const [old, young] = [store('part', '1'), store('part', '2')]
    const one = store('one', '1', { dependencies: { part: '2' } })
    const two = store('two', '1', { dependencies: { part: '1' }, optionalDependencies: { elsewhere: '1' } })
    link(young, join(one, '../..'), 'part')
    link(old, join(two, '../..'), 'part')
    link(one, program, 'one')
    link(two, program, 'two')
    const app = join(dir, 'app')
    copyModules(program, ['one', 'two'], app)
    const version = (path: string) =>
      JSON.parse(readFileSync(join(app, 'node_modules', path, 'package.json'), 'utf8')).version
    expect(version('part')).toBe('2')
    expect(version('two/node_modules/part')).toBe('1')
    expect(existsSync(join(app, 'node_modules/elsewhere'))).toBe(false)
  })
})

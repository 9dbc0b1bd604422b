import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { eventually } from '@sahary/testing/eventually'
import { afterEach, describe, expect, it } from 'vitest'

let child: ChildProcess
let said: string[]
let ended: Promise<number | null>
afterEach(() => void child.kill('SIGKILL'))

function start(way: string): void {
  said = []
  child = spawn(process.execPath, [join(import.meta.dirname, 'closing-process.ts'), way], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout?.on('data', text => said.push(...String(text).trim().split('\n')))
  ended = new Promise(resolve => child.once('close', resolve))
}
const saying = (line: string) => eventually(() => expect(said).toContain(line), { withinMs: 20_000 })

describe('a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'closes at %s what it opened, the last first, and ends well',
    async signal => {
      start('well')
      await saying('up')
      child.kill(signal)
      expect(await ended).toBe(0)
      expect(said).toEqual(['up', 'second closes', 'second closed', 'first closed'])
    },
  )

  it('closes the rest when one does not close', async () => {
    start('breaks')
    await saying('up')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(said).toEqual(['up', 'first closed'])
  })

  it('that does not come to its end in time is ended, and says that it failed', async () => {
    start('hangs')
    await saying('up')
    child.kill('SIGTERM')
    expect(await ended).toBe(1)
    expect(said).toEqual(['up', 'second closes'])
  })

  it('ends at once at a second signal', async () => {
    start('lingers')
    await saying('up')
    child.kill('SIGTERM')
    await saying('second closes')
    child.kill('SIGTERM')
    expect(await ended).toBe(1)
  })

  it.each(['throws', 'rejects'])('in which something %s that nobody caught closes everything and fails', async way => {
    start(way)
    expect(await ended).toBe(1)
    expect(said).toEqual(['up', 'second closes', 'second closed', 'first closed'])
  })

  it('that cannot start closes what it had opened and fails', async () => {
    start('never starts')
    expect(await ended).toBe(1)
    expect(said).toEqual(['second closes', 'second closed', 'first closed'])
  })
})

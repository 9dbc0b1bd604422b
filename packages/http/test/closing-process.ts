import { createLogger } from '@sahary/observability/log'
import { runProcess } from '../src/process.ts'

// Opens two things and goes wrong in the way that its parent names; says what it closes.
const way = process.argv[2]
const say = (line: string) => process.stdout.write(`${line}\n`)

await runProcess({
  service: 'test',
  logger: createLogger({ service: 'test', level: 'silent' }),
  withinMs: way === 'hangs' ? 200 : 60_000,
  start: async onStop => {
    onStop(() => say('first closed'))
    onStop(async () => {
      if (way === 'breaks') throw new Error('does not close')
      say('second closes')
      if (way === 'hangs' || way === 'lingers') await new Promise(() => setInterval(() => {}, 1_000))
      await new Promise(setImmediate)
      say('second closed')
    })
    if (way === 'never starts') throw new Error('no start')
    say('up')
    if (way === 'throws')
      setImmediate(() => {
        throw new Error('nobody catches this')
      })
    if (way === 'rejects') void Promise.reject(new Error('nobody awaits this'))
    setInterval(() => {}, 1_000)
  },
})

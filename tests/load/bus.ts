import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { bareInsert, bareJetStream, bareTransactions, type Pace } from './bus/bare.ts'
import { cpuSeconds } from './bus/cpu.ts'
import type { Order } from './bus/speaker.ts'
import { type Stage, setStage } from './bus/stage.ts'

/**
 * How quick the way of an event is: emit, outbox, relay, JetStream, inbox, effect. Speaker and hearer are processes
 * of their own, as services are. Beside it, in the same run, what the same machine does with JetStream alone and
 * with batched inserts alone; and all of it once more, shorter, where NATS writes each message through to the disk, as
 * `npm start` has it. Run: `node tests/load/bus.ts [events]`.
 */
/** So many that what V8 still compiles in the first seconds does not count. */
const events = Number(process.argv[2] ?? 50_000)
const script = (name: string): string => join(import.meta.dirname, 'bus', name)

type Run = { seconds: number; p50: number; p99: number; cpuS: number[] }

async function run(stage: Stage, order: Order, hearing: { lanes: number; batch: number }): Promise<Run> {
  const speaker = fork(script('speaker.ts'), [stage.databaseUrl('compute'), stage.natsUrl('compute')])
  const hearer = fork(script('hearer.ts'), [
    stage.databaseUrl('metering'),
    stage.natsUrl('metering'),
    String(hearing.lanes),
    String(hearing.batch),
  ])
  for (const child of [speaker, hearer]) {
    child.once('exit', code => {
      if (code) throw new Error(`a process of the run ended with ${code}`)
    })
  }
  try {
    await Promise.all([once(speaker, 'message'), once(hearer, 'message')])
    await measure(speaker, hearer, { count: 500 })
    const pids = [speaker.pid!, hearer.pid!, ...stage.pids]
    const before = pids.map(cpuSeconds)
    const measured = await measure(speaker, hearer, order)
    return { ...measured, cpuS: pids.map((pid, n) => cpuSeconds(pid) - before[n]!) }
  } finally {
    hearer.send('stop')
    speaker.disconnect()
    await Promise.all([once(hearer, 'exit'), once(speaker, 'exit')])
  }
}

async function measure(speaker: ChildProcess, hearer: ChildProcess, order: Order): Promise<Omit<Run, 'cpuS'>> {
  hearer.send({ expect: order.count })
  await once(hearer, 'message')
  const heard = once(hearer, 'message') as Promise<[{ ended: number; latencies: number[] }]>
  const said = once(speaker, 'message') as Promise<[{ begun: number }]>
  speaker.send(order)
  const [[{ begun }], [{ ended, latencies }]] = await Promise.all([said, heard])
  latencies.sort((a, b) => a - b)
  return { seconds: (ended - begun) / 1_000, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
}

const quantile = (sorted: number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!
const rate = (count: number, { seconds }: Run): number => Math.round(count / seconds)
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`

/** What a run cost, and how many events that makes on idle cores. */
function cost(count: number, { cpuS }: Run): string {
  const cores = availableParallelism()
  const total = cpuS.reduce((sum, each) => sum + each, 0)
  const [speaker, hearer, postgres, nats] = cpuS.map(each => Math.round((each * 1e6) / count))
  return `us each: speaker ${speaker}, hearer ${hearer}, postgres ${postgres}, nats ${nats}; ${Math.round((cores * count) / total)}/s on ${cores} idle cores`
}

const usOf = ({ cpuS }: Run, count: number): number => (cpuS.reduce((sum, each) => sum + each, 0) * 1e6) / count
const show = ({ perSecond, us }: Pace): string => `${perSecond}/s (us each: ${us})`
const say = (line: string): void => console.log(line)

/** As a server is by default: what NATS loses with the power, outboxes say again. */
async function byDefault(stage: Stage): Promise<void> {
  const paced = await run(stage, { count: 3_000, perSecond: 200 }, { lanes: 8, batch: 1 })
  say(`emit to effect at 200/s          p50 ${paced.p50.toFixed(1)} ms, p99 ${paced.p99.toFixed(1)} ms`)
  const one = await run(stage, { count: events, writers: 128 }, { lanes: 128, batch: 1 })
  say(`one transaction each             ${rate(events, one)}/s (${cost(events, one)})`)
  const heard = await run(stage, { count: events, perTransaction: 100, writers: 2 }, { lanes: 128, batch: 1 })
  say(`said by hundreds, heard each     ${rate(events, heard)}/s (${cost(events, heard)})`)
  const many = await run(stage, { count: events * 2, perTransaction: 50, writers: 4 }, { lanes: 2, batch: 128 })
  say(`fifty to a transaction           ${rate(events * 2, many)}/s (${cost(events * 2, many)})`)
  const stream = await bareJetStream(stage, events * 2)
  for (const [name, pace] of Object.entries(stream)) say(`bare JetStream, ${name.padEnd(16)} ${show(pace)}`)
  const commits = await bareTransactions(stage, { count: events, writers: 16 })
  say(`bare transactions, one row each  ${show(commits)}`)
  const rows = await bareInsert(stage, events * 5)
  say(`bare insert, 500 rows at a time  ${show(rows)}`)
  const part = (run: Run, count: number, bare: Pace): string =>
    `${percent(rate(count, run), bare.perSecond)} of its rate, ${(usOf(run, count) / bare.us).toFixed(1)} times its work`
  say(`one each against bare JetStream  ${part(one, events, stream.both)}`)
  say(`one each against bare transactions  ${part(one, events, commits)}`)
  say(`fifty against bare JetStream     ${part(many, events * 2, stream.both)}`)
  say(`fifty against bare insert        ${part(many, events * 2, rows)}`)
}

/** The disk is the measure of everything here. */
async function synced(stage: Stage): Promise<void> {
  const count = Math.ceil(events / 5)
  const paced = await run(stage, { count: 3_000, perSecond: 200 }, { lanes: 8, batch: 1 })
  say(`synced, emit to effect at 200/s  p50 ${paced.p50.toFixed(1)} ms, p99 ${paced.p99.toFixed(1)} ms`)
  const one = await run(stage, { count, writers: 128 }, { lanes: 128, batch: 1 })
  say(`synced, one transaction each     ${rate(count, one)}/s (${cost(count, one)})`)
  const many = await run(stage, { count: count * 2, perTransaction: 50, writers: 4 }, { lanes: 2, batch: 128 })
  say(`synced, fifty to a transaction   ${rate(count * 2, many)}/s (${cost(count * 2, many)})`)
  const { both } = await bareJetStream(stage, count)
  say(`synced, bare JetStream, both     ${show(both)}`)
  say(`synced, one each against it      ${percent(rate(count, one), both.perSecond)} of its rate`)
}

say(
  `cores ${availableParallelism()}, load ${loadavg()[0]!.toFixed(1)}, node ${process.version}, PostgreSQL with fsync on`,
)
for (const [measureOn, syncedNats] of [
  [byDefault, false],
  [synced, true],
] as const) {
  const stage = await setStage({ syncedNats })
  try {
    await measureOn(stage)
  } finally {
    await stage.stop()
  }
}

import type { Broker } from '../broker/store.ts'
import type { BrokerCommand } from '../inverter/credential.ts'

const topic = '$CONTROL/dynamic-security/v1'
const answerWithinMs = 5000

/** What the broker says to one command: nothing or what was asked for, or why not. */
export type ControlAnswer = { command: string; error?: string | undefined; data?: { clients?: string[] } }

/** Sends commands to mosquitto's dynamic security, one batch at a time, and gives its answers in their order. */
export type Control = (commands: readonly BrokerCommand[]) => Promise<ControlAnswer[]>

type Answer = ControlAnswer & { correlationData?: string }

/** Makes a control of `broker`. Rejects when the broker does not answer in five seconds. */
export function createControl(broker: Broker): Control {
  let sent = 0
  const waiting = new Map<string, (answer: Answer) => void>()
  broker.onMessage(({ topic: from, payload, acknowledge }) => {
    if (from !== `${topic}/response`) return
    acknowledge()
    for (const answer of answersIn(payload)) waiting.get(answer.correlationData ?? '')?.(answer)
  })
  return async commands => {
    const batch = commands.map(command => {
      sent += 1
      return { ...command, correlationData: `${process.pid}-${sent}` }
    })
    const answered = Promise.all(
      batch.map(command => new Promise<Answer>(resolve => waiting.set(command.correlationData, resolve))),
    )
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the broker does not answer')), answerWithinMs)
    })
    try {
      const said = broker.say(topic, JSON.stringify({ commands: batch })).then(() => answered)
      return await Promise.race([said, late])
    } finally {
      clearTimeout(timer)
      for (const command of batch) waiting.delete(command.correlationData)
    }
  }
}

function answersIn(payload: Uint8Array): Answer[] {
  try {
    const { responses } = JSON.parse(Buffer.from(payload).toString('utf8')) as { responses?: Answer[] }
    return responses ?? []
  } catch {
    return []
  }
}

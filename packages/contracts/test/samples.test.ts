import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Envelope } from '../src/envelope.ts'
import { type EventType, events, isEventType } from '../src/events.ts'
import { speakerOf } from '../src/services.ts'

const folder = new URL('../samples/', import.meta.url)
const samples = readdirSync(folder).map(file => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }))

describe('golden samples', () => {
  it.each(samples)('$file still parses', ({ text }) => {
    const envelope = Envelope.parse(JSON.parse(text))
    expect(isEventType(envelope.type)).toBe(true)
    const schema = events[envelope.type as EventType]
    expect(schema.parse(envelope.data)).toEqual(envelope.data)
    expect(envelope.source).toBe(`sahary/${speakerOf(envelope.type.split('.')[0]!)}`)
  })

  it('every event type has one', () => {
    const sampled = samples.map(sample => sample.file.replace(/\.v\d+\.json$/, ''))
    expect(Object.keys(events).filter(type => !sampled.includes(type))).toEqual([])
  })

  it('a reader of today ignores fields that tomorrow adds', () => {
    for (const { text } of samples) {
      const envelope = Envelope.parse(JSON.parse(text))
      const grown = { ...(envelope.data as object), addedLater: true }
      expect(events[envelope.type as EventType].safeParse(grown).success).toBe(true)
    }
  })
})

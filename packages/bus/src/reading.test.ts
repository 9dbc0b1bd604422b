import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readMessage } from './reading.ts'

const samples = join(import.meta.dirname, '../../contracts/samples')
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
const sample = JSON.parse(readFileSync(join(samples, 'vm.started.v1.json'), 'utf8')) as Record<string, unknown>

test('every event that was ever shipped can still be read', () => {
  for (const file of readdirSync(samples)) {
    expect(readMessage(readFileSync(join(samples, file))).is, file).toBe('event')
  }
})

test('what is no event is told apart from what is unknown', () => {
  expect(readMessage(bytes('{')).is).toBe('unreadable')
  expect(readMessage(new Uint8Array([0xff, 0xfe])).is).toBe('unreadable')
  expect(readMessage(bytes({ ...sample, id: 'no uuid' }))).toMatchObject({
    is: 'unreadable',
    cause: { reason: 'not an event' },
  })
  expect(readMessage(bytes({ ...sample, type: 'vm.exploded' }))).toEqual({ is: 'unknown', type: 'vm.exploded' })
  expect(readMessage(bytes({ ...sample, data: {} }))).toMatchObject({
    is: 'unreadable',
    cause: { reason: 'not the data of its type', event: { id: sample.id } },
  })
})

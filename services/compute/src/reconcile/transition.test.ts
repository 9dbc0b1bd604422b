import { describe, expect, it } from 'vitest'
import type { Desired, Observed } from './step.ts'
import { countCrash, crashLimit, statusOf, transitionOf } from './transition.ts'

const want: Desired = {
  target: 'running',
  nanoCpus: 1,
  memoryBytes: 1,
  rebootOf: null,
  booted: true,
  hostKeyKnown: true,
}
const seen = (more: object = {}): Observed => ({
  kind: 'present',
  ours: true,
  state: 'running',
  run: 'a',
  finishedAt: null,
  exitCode: 0,
  outOfMemory: false,
  nanoCpus: 1,
  memoryBytes: 1,
  ...more,
})
const ended = (exitCode: number, more: object = {}) => seen({ state: 'exited', exitCode, ...more })
const ran = { running: true, run: 'a' }

describe('what has happened', () => {
  it.each([
    ['nothing, when nothing is seen', ran, want, { kind: 'unknown' }, { kind: 'none' }],
    ['nothing, when the same run goes on', ran, want, seen(), { kind: 'none' }],
    ['a start', { running: false, run: null }, want, seen(), { kind: 'started' }],
    ['another run', ran, want, seen({ run: 'b' }), { kind: 'restarted' }],
    ['a stop of ours', ran, { ...want, target: 'off' }, ended(137), { kind: 'stopped', by: 'us' }],
    ['a power-off from inside', ran, want, ended(100), { kind: 'stopped', by: 'inside' }],
    ['a reboot from inside', ran, want, ended(101), { kind: 'stopped', by: 'outside' }],
    ['an end in order that is not ours', ran, want, ended(0), { kind: 'stopped', by: 'outside' }],
    ['a crash', ran, want, ended(139), { kind: 'failed', code: 'exited' }],
    ['memory used up', ran, want, ended(137, { outOfMemory: true }), { kind: 'failed', code: 'out_of_memory' }],
    ['a lost disk', ran, want, { kind: 'absent' }, { kind: 'failed', code: 'disk_missing' }],
    ['nothing, when it was off and is off', { running: false, run: 'a' }, want, ended(1), { kind: 'none' }],
  ] as const)('is %s', (_name, known, desired, observed, expected) => {
    expect(transitionOf(known, desired as Desired, observed as Observed)).toMatchObject(expected)
  })
})

describe('crashes', () => {
  it('are counted within ten minutes and forgiven after', () => {
    const at = new Date(0)
    let state = { crashes: 0, gaveUp: false }
    for (let count = 0; count < crashLimit.times; count++) state = countCrash(state.crashes, at, new Date(1000))
    expect(state).toEqual({ crashes: crashLimit.times, gaveUp: false })
    expect(countCrash(state.crashes, at, new Date(2000)).gaveUp).toBe(true)
    expect(countCrash(state.crashes, at, new Date(crashLimit.withinMs))).toEqual({ crashes: 1, gaveUp: false })
    expect(countCrash(0, null, at)).toEqual({ crashes: 1, gaveUp: false })
  })
})

describe('the word for a VM', () => {
  it.each([
    [want, { kind: 'unknown' }, 'unknown'],
    [want, seen(), 'running'],
    [{ ...want, hostKeyKnown: false }, seen(), 'starting'],
    [{ ...want, target: 'off' }, seen(), 'stopping'],
    [{ ...want, target: 'off' }, ended(0), 'off'],
    [{ ...want, target: 'deleted' }, seen(), 'deleting'],
    [{ ...want, booted: false }, { kind: 'absent' }, 'initializing'],
    [want, ended(0), 'starting'],
    [want, seen({ state: 'paused' }), 'paused'],
  ] as const)('of %j seen as %j is %s', (desired, observed, word) => {
    expect(statusOf(desired as Desired, observed as Observed)).toBe(word)
  })
})

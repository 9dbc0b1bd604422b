import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Desired, nextStep, type Observed, progressAt, type Step } from './step.ts'

const desired = fc.record({
  target: fc.constantFrom('running' as const, 'off' as const, 'deleted' as const),
  nanoCpus: fc.constantFrom(5e8, 1e9),
  memoryBytes: fc.constantFrom(128, 512),
  rebootOf: fc.constantFrom(null, 'run-1', 'run-0'),
  booted: fc.boolean(),
  hostKeyKnown: fc.boolean(),
})
const present = fc.record({
  kind: fc.constant('present' as const),
  ours: fc.constant(true),
  state: fc.constantFrom('created' as const, 'running' as const, 'paused' as const, 'exited' as const),
  run: fc.constantFrom('run-1', 'run-2'),
  finishedAt: fc.constant(null),
  exitCode: fc.constantFrom(0, 137),
  outOfMemory: fc.boolean(),
  nanoCpus: fc.constantFrom(5e8, 1e9),
  memoryBytes: fc.constantFrom(128, 512),
})
const observed = fc.oneof(present, fc.constant({ kind: 'absent' as const }), fc.constant({ kind: 'unknown' as const }))

/** What an engine makes of a step, and what is known after it. */
function after(want: Desired, seen: Observed, step: Step): [Desired, Observed] {
  const made = {
    kind: 'present',
    ours: true,
    finishedAt: null,
    exitCode: 0,
    outOfMemory: false,
    nanoCpus: want.nanoCpus,
    memoryBytes: want.memoryBytes,
  } as const
  switch (step.do) {
    case 'create':
      return [want, { ...made, state: 'created', run: '' }]
    case 'start':
    case 'restart':
      return [
        { ...want, booted: true },
        { ...(seen as typeof made), state: 'running', run: 'run-9' },
      ]
    case 'unpause':
      return [want, { ...(seen as typeof made), state: 'running', run: 'run-9' }]
    case 'limit':
      return [
        want,
        { ...(seen as Extract<Observed, { kind: 'present' }>), nanoCpus: want.nanoCpus, memoryBytes: want.memoryBytes },
      ]
    case 'stop':
      return [want, { ...(seen as Extract<Observed, { kind: 'present' }>), state: 'exited' }]
    case 'remove':
      return [want, { kind: 'absent' }]
    case 'read_host_key':
      return [{ ...want, hostKeyKnown: true }, seen]
    default:
      return [want, seen]
  }
}

describe('the next step', () => {
  it('leads from anything that can be seen to what is wanted, in a few steps', () => {
    fc.assert(
      fc.property(desired, observed, (want, seen) => {
        let state: [Desired, Observed] = [want, seen]
        for (let count = 0; count < 8; count++) {
          const step = nextStep(...state)
          if (step.do === 'nothing' || step.do === 'wait' || step.do === 'give_up') break
          state = after(...state, step)
        }
        const [, end] = state
        const last = nextStep(...state)
        if (seen.kind === 'unknown') return void expect(last).toEqual({ do: 'wait' })
        if (want.target === 'running' && seen.kind === 'absent' && want.booted)
          return void expect(last).toEqual({ do: 'give_up', code: 'disk_missing' })
        expect(last).toEqual({ do: 'nothing' })
        const runs = end.kind === 'present' && end.state === 'running'
        expect(runs).toBe(want.target === 'running')
        if (want.target === 'deleted') expect(end.kind).toBe('absent')
      }),
    )
  })

  it('never makes a container for a VM that has a disk somewhere', () => {
    fc.assert(
      fc.property(desired, observed, (want, seen) => {
        if (want.booted) expect(nextStep(want, seen).do).not.toBe('create')
      }),
    )
  })

  it('never touches what is not ours', () => {
    fc.assert(
      fc.property(desired, present, (want, seen) => {
        expect(['nothing', 'give_up']).toContain(nextStep(want, { ...seen, ours: false }).do)
      }),
    )
  })

  it('removes only what is to be deleted and does not run', () => {
    fc.assert(
      fc.property(desired, observed, (want, seen) => {
        if (nextStep(want, seen).do !== 'remove') return
        expect(want.target).toBe('deleted')
        expect(seen).toMatchObject({ kind: 'present', ours: true })
        expect(['running', 'paused']).not.toContain((seen as { state: string }).state)
      }),
    )
  })

  it('waits while the engine itself is busy, and gives up on a container that is dead', () => {
    const want = {
      target: 'running',
      nanoCpus: 1,
      memoryBytes: 1,
      rebootOf: null,
      booted: true,
      hostKeyKnown: true,
    } as const
    const seen = {
      kind: 'present',
      ours: true,
      run: '',
      finishedAt: null,
      exitCode: 0,
      outOfMemory: false,
      nanoCpus: 1,
      memoryBytes: 1,
    } as const
    expect(nextStep(want, { ...seen, state: 'removing' })).toEqual({ do: 'wait' })
    expect(nextStep(want, { ...seen, state: 'dead' })).toEqual({ do: 'give_up', code: 'container_dead' })
    expect(progressAt({ do: 'wait' })).toBeLessThan(progressAt({ do: 'start' }))
  })
})

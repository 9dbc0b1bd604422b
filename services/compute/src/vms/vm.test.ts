import { describe, expect, it } from 'vitest'
import { statusReasonOf, targetOf, type Vm, VmName } from './vm.ts'

const vm = { wish: 'running', holds: [], statusReason: null, reason: 'user' } as unknown as Vm

describe('a VM', () => {
  it('runs when its owner wishes and nothing holds it', () => {
    expect(targetOf(vm)).toBe('running')
    expect(targetOf({ ...vm, holds: ['energy'] })).toBe('off')
    expect(targetOf({ ...vm, wish: 'off' })).toBe('off')
    expect(targetOf({ ...vm, wish: 'deleted', holds: ['billing'] })).toBe('deleted')
  })

  it('says in one word why it does not run', () => {
    expect(statusReasonOf(vm)).toBeNull()
    expect(statusReasonOf({ ...vm, holds: ['billing', 'energy'] })).toBe('billing')
    expect(statusReasonOf({ ...vm, wish: 'off', reason: 'user' })).toBe('user')
    expect(statusReasonOf({ ...vm, wish: 'off', reason: 'user', holds: ['energy'] })).toBe('user')
    expect(statusReasonOf({ ...vm, wish: 'off', statusReason: 'crash_loop' })).toBe('crash_loop')
  })

  it('has a name that can be a host name', () => {
    for (const name of ['a', 'web-1', 'A1', 'x'.repeat(63)]) expect(VmName.safeParse(name).success, name).toBe(true)
    for (const name of ['', '-a', 'a-', 'a.b', 'a b', 'خادم', 'x'.repeat(64)])
      expect(VmName.safeParse(name).success, name).toBe(false)
  })
})

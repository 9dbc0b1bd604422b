import { describe, expect, it } from 'vitest'
import { supersedes } from './action.ts'

describe('a new action', () => {
  it('ends those that lead elsewhere, and lets be those that lead there too', () => {
    expect(supersedes('stop', 'start')).toBe(true)
    expect(supersedes('stop', 'create')).toBe(true)
    expect(supersedes('start', 'stop')).toBe(true)
    expect(supersedes('start', 'create')).toBe(false)
    expect(supersedes('reboot', 'start')).toBe(false)
    expect(supersedes('stop', 'cap')).toBe(false)
    expect(supersedes('uncap', 'cap')).toBe(true)
    expect(supersedes('cap', 'stop')).toBe(false)
    expect(supersedes('delete', 'cap')).toBe(true)
  })
})

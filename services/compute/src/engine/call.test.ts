import { describe, expect, it } from 'vitest'
import { alreadyDone, bounded, type Engine, isUnreachable, statusOf, unreachable } from './call.ts'

const refused = (statusCode: number) => Object.assign(new Error('the engine says no'), { statusCode })
const engine = { docker: {}, boundMs: 20 } as Engine

describe('a step that is repeated', () => {
  it('takes the refusal of finished work for done', () => {
    expect(alreadyDone(304, 404)(refused(404))).toBeUndefined()
  })

  it('fails on any other refusal, and on an engine that is away', () => {
    const away = new Error('connect ECONNREFUSED')
    expect(() => alreadyDone(304, 404)(refused(409))).toThrow('the engine says no')
    expect(() => alreadyDone(304)(away)).toThrow(away)
  })
})

describe('a call to the engine', () => {
  it('gives what the engine answers', async () => {
    expect(await bounded(engine, async () => 'running')).toBe('running')
  })

  it('keeps the engine’s refusal with its status', async () => {
    const fault = await bounded(engine, () => Promise.reject(refused(409))).catch(fault => fault)
    expect([statusOf(fault), isUnreachable(fault)]).toEqual([409, false])
  })

  it('is given up when the engine says nothing, though the call would wait for ever', async () => {
    const fault = await bounded(engine, () => new Promise(() => {})).catch(fault => fault)
    expect([statusOf(fault), isUnreachable(fault)]).toEqual([null, true])
  })

  it('that found nobody says so, with the cause', () => {
    const cause = new Error('connect ECONNREFUSED')
    expect(unreachable(cause)).toMatchObject({ message: 'the engine does not answer', cause })
  })
})

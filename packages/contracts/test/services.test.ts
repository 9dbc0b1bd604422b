import { describe, expect, it } from 'vitest'
import { events } from '../src/events.ts'
import { durableOf, hearersOf, serviceNames, services, speakerOf, streamOf } from '../src/services.ts'

const nouns = serviceNames.flatMap(name => [...services[name].says])

describe('who says and who hears', () => {
  it('a noun has one speaker', () => {
    expect(new Set(nouns).size).toBe(nouns.length)
  })

  it('every event is about a noun that somebody says', () => {
    for (const type of Object.keys(events)) expect(nouns).toContain(type.split('.')[0])
  })

  it('nobody hears a noun that nobody says, and nobody hears itself', () => {
    for (const name of serviceNames) for (const noun of services[name].hears) expect(speakerOf(noun)).not.toBe(name)
  })

  it('everybody but identity hears that tokens were taken back, whatever else they hear of people', () => {
    expect(hearersOf('session.revoked')).toEqual(serviceNames.filter(name => name !== 'identity'))
    expect(hearersOf('user.signed_in')).toEqual(['compute', 'repairs', 'notification'])
    expect(hearersOf('usage.recorded')).toEqual(['billing'])
  })

  it('streams and durables have names that the broker accepts', () => {
    for (const name of serviceNames) expect(streamOf(name)).toMatch(/^[A-Z]+$/)
    expect(durableOf('billing', 'usage')).toBe('billing--usage')
    expect(() => speakerOf('weather')).toThrow()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noEnergy } from '../energy/energy.ts'
import { type Change, closedPieces, type Piece, piecesBetween, timeline } from '../life/life.ts'
import { corrections, nothing, ownerOf, plus, quantitiesOf, readyToRecord, recordOf } from './usage.ts'

const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 20, 10) + minutes * 60_000)
const place = {
  accountId: 7,
  siteId: 1,
  vmName: 'web-1',
  spec: { vmType: 's-1', supplyClass: 'solar_only' as const, vcpus: 2, memoryMib: 512, diskGib: 10 },
}
const change = (sequence: number, minutes: number, condition: Change['condition']): Change => ({
  sequence,
  at: at(minutes),
  condition,
  place,
})
const piece = (condition: Piece['condition'], from = 0, to = 60): Piece => ({
  from: at(from),
  to: at(to),
  condition,
  place,
})
const slots = (from: number, to: number) =>
  Array.from({ length: (to - from) / 5 }, (_, index) => ({ from: at(from + index * 5), to: at(from + index * 5 + 5) }))
const share = (from: number) => ({ from: at(from), to: at(from + 5), energy: { ...noEnergy, solar: 7n } })
const total = (pieces: Piece[]) => pieces.map(quantitiesOf).reduce((a, b) => plus(a, b), nothing)

describe('what an hour takes', () => {
  it('is everything while running, memory and disk while paused, disk alone while off, and time when shed', () => {
    const ms = 3_600_000n
    expect(quantitiesOf(piece('running'))).toEqual({
      running: ms,
      vcpu: 2n * ms,
      memoryMib: 512n * ms,
      diskGib: 10n * ms,
      shed: 0n,
    })
    expect(quantitiesOf(piece('paused'))).toEqual({ ...nothing, memoryMib: 512n * ms, diskGib: 10n * ms })
    expect(quantitiesOf(piece('off'))).toEqual({ ...nothing, diskGib: 10n * ms })
    expect(quantitiesOf(piece('shed'))).toEqual({ ...nothing, diskGib: 10n * ms, shed: ms })
  })

  it('does not depend on where it is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (first, second) => {
        const segments = timeline([change(1, 0, 'running')])
        const whole = total(piecesBetween(segments, at(0), at(first + second)))
        const halves = [
          ...piecesBetween(segments, at(0), at(first)),
          ...piecesBetween(segments, at(first), at(first + second)),
        ]
        expect(total(halves)).toEqual(whole)
      }),
    )
  })
})

describe('an hour is recorded', () => {
  const patience = { graceMs: 20 * 60_000, realMs: 10_000 }
  const waiting = (minutes: number, behindMs = 1e9, rate = 1) => ({ now: at(minutes), rate, behindMs })

  it('as soon as every slot it touches has been shared', () => {
    expect(readyToRecord(piece('running', 3, 60), slots(0, 60), waiting(61), patience)).toBe(true)
    expect(readyToRecord(piece('running', 3, 60), slots(0, 55), waiting(61), patience)).toBe(false)
    expect(readyToRecord(piece('running', 3, 60), [...slots(0, 20), ...slots(25, 60)], waiting(61), patience)).toBe(
      false,
    )
  })

  it('after the grace, whatever is missing', () => {
    expect(readyToRecord(piece('running'), [], waiting(79), patience)).toBe(false)
    expect(readyToRecord(piece('running'), [], waiting(80), patience)).toBe(true)
    expect(readyToRecord(piece('off'), [], waiting(80), patience)).toBe(true)
  })

  it('not before a real watch has also moved, for a clock that runs fast or was put forward', () => {
    expect(readyToRecord(piece('running'), [], waiting(80, 1e9, 2000), patience)).toBe(false)
    expect(readyToRecord(piece('running'), [], waiting(10_000, 2_000), patience)).toBe(false)
  })
})

describe("a slot's energy", () => {
  it('belongs to the first record in which the VM ran, and to no other', () => {
    const pieces = [piece('off', 0, 1), piece('running', 1, 3), piece('off', 3, 4), piece('running', 4, 60)]
    expect(ownerOf(share(0), pieces)).toBe(pieces[1])
    expect(ownerOf(share(5), pieces)).toBe(pieces[3])
    expect(ownerOf(share(60), pieces)).toBeUndefined()
  })

  it('that comes late corrects the record it belonged to', () => {
    const records = [
      { usageId: 1, from: at(0), to: at(30), running: true },
      { usageId: 2, from: at(30), to: at(60), running: false },
    ]
    expect(recordOf(share(10), records)?.usageId).toBe(1)
    expect(recordOf(share(40), records)?.usageId).toBe(2)
    expect(recordOf(share(90), records)?.usageId).toBe(2)
    expect(recordOf(share(90), [])).toBeUndefined()
  })
})

describe('late usage', () => {
  const conditions = fc.constantFrom<Change['condition']>('running', 'paused', 'off', 'shed', 'gone', null)
  const lives = fc
    .array(fc.tuple(fc.nat({ max: 200 }), conditions), { minLength: 2, maxLength: 8 })
    .map(list =>
      [...list].sort((a, b) => a[0] - b[0]).map(([minutes, condition], index) => change(index + 1, minutes, condition)),
    )

  it('corrects what was recorded to what it would have been, had it come in time', () => {
    fc.assert(
      fc.property(lives, fc.nat(), (changes, pick) => {
        const late = changes[1 + (pick % (changes.length - 1))]!
        const before = timeline(changes.filter(each => each !== late))
        const after = timeline(changes)
        const start = changes[0]!.at
        const recorded = closedPieces(before, start, at(240))
        const records = recorded.map((each, index) => ({
          usageId: index + 1,
          from: each.from,
          to: each.to,
          running: true,
        }))
        const corrected = corrections(records, before, after).reduce((sum, each) => plus(sum, each.by), total(recorded))
        const covered = records.flatMap(record => piecesBetween(after, record.from, record.to))
        expect(corrected).toEqual(total(covered))
      }),
    )
  })

  it('that changes nothing corrects nothing', () => {
    const segments = timeline([change(1, 0, 'running')])
    const again = timeline([change(1, 0, 'running'), change(2, 10, 'running')])
    const records = [{ usageId: 1, from: at(0), to: at(60), running: true }]
    expect(corrections(records, segments, again)).toEqual([])
  })

  it('names the record it corrects and the size that was really taken', () => {
    const bigger = { ...place, spec: { ...place.spec, vcpus: 4 } }
    const before = timeline([change(1, 0, 'running')])
    const after = timeline([change(1, 0, 'running'), { ...change(2, 30, null), place: bigger }])
    const found = corrections([{ usageId: 9, from: at(0), to: at(60), running: true }], before, after)
    expect(found.map(each => [each.usageId, each.place.spec.vcpus, each.by.vcpu])).toEqual([
      [9, 2, -2n * 1_800_000n],
      [9, 4, 4n * 1_800_000n],
    ])
  })
})

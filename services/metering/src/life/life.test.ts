import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Change, closedPieces, conditionAfter, hourAfter, nextClose, piecesBetween, timeline } from './life.ts'

const at = (minutes: number): Date => new Date(Date.UTC(2026, 10, 20, 10) + minutes * 60_000)
const place = {
  accountId: 7,
  siteId: 1,
  vmName: 'web-1',
  spec: { vmType: 's-1', supplyClass: 'solar_only' as const, vcpus: 1, memoryMib: 512, diskGib: 10 },
}
const change = (sequence: number, minutes: number, condition: Change['condition']): Change => ({
  sequence,
  at: at(minutes),
  condition,
  place,
})
const life = fc
  .array(
    fc.tuple(
      fc.nat({ max: 400 }),
      fc.constantFrom<Change['condition']>('running', 'paused', 'off', 'shed', 'gone', null),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map(list => list.map(([minutes, condition], index) => change(index + 1, minutes, condition)))

describe('a VM', () => {
  it('is shed only when it is halted for want of energy', () => {
    expect(conditionAfter('vm.stopped', 'energy')).toBe('shed')
    expect(conditionAfter('vm.paused', 'energy')).toBe('shed')
    expect(conditionAfter('vm.stopped', 'user')).toBe('off')
    expect(conditionAfter('vm.started', 'energy')).toBe('running')
    expect(conditionAfter('vm.resized', 'user')).toBeNull()
  })

  it('that fails keeps its disk, unless it fails because there is none', () => {
    for (const code of ['exited', 'out_of_memory', 'container_dead', 'container_name_taken'])
      expect(conditionAfter('vm.failed', 'crash', code)).toBe('off')
    for (const code of ['creation_failed', 'disk_missing'])
      expect(conditionAfter('vm.failed', 'crash', code)).toBe('gone')
  })
})

describe('its timeline', () => {
  it('is the same in whatever order the changes were heard', () => {
    fc.assert(
      fc.property(
        life.chain(changes =>
          fc.tuple(fc.constant(changes), fc.shuffledSubarray(changes, { minLength: changes.length })),
        ),
        ([changes, shuffled]) => {
          expect(timeline(shuffled)).toEqual(timeline(changes))
        },
      ),
    )
  })

  it('tiles the time from the first change on', () => {
    fc.assert(
      fc.property(life, changes => {
        const segments = timeline(changes)
        for (const [index, segment] of segments.entries()) {
          expect(segment.to).toEqual(segments[index + 1]?.from ?? null)
          if (segment.to) expect(segment.from < segment.to).toBe(true)
        }
      }),
    )
  })

  it('keeps the condition of a resized VM', () => {
    const segments = timeline([change(1, 0, 'running'), change(2, 30, null)])
    expect(segments.map(segment => segment.condition)).toEqual(['running', 'running'])
  })
})

describe('its pieces', () => {
  it('are at most an hour, never empty, never overlap, and sum to the time the VM existed', () => {
    fc.assert(
      fc.property(life, fc.nat({ max: 500 }), fc.nat({ max: 500 }), (changes, a, b) => {
        const [from, to] = [at(Math.min(a, b)), at(Math.max(a, b))]
        const segments = timeline(changes)
        const pieces = piecesBetween(segments, from, to)
        for (const [index, piece] of pieces.entries()) {
          expect(piece.from < piece.to && piece.to <= hourAfter(piece.from)).toBe(true)
          if (index > 0) expect(pieces[index - 1]!.to <= piece.from).toBe(true)
        }
        const existed = segments
          .filter(segment => segment.condition !== 'gone')
          .map(({ from: start, to: end }) => Math.min(+(end ?? to), +to) - Math.max(+start, +from))
          .reduce((sum, span) => sum + Math.max(0, span), 0)
        expect(pieces.reduce((sum, piece) => sum + (+piece.to - +piece.from), 0)).toBe(existed)
      }),
    )
  })

  it('are closed by the hour and by a change, and the piece of this moment is not closed', () => {
    const segments = timeline([change(1, 10, 'off'), change(2, 12, 'running'), change(3, 80, 'off')])
    const closed = closedPieces(segments, at(10), at(95)).map(piece => [piece.from, piece.to, piece.condition])
    expect(closed).toEqual([
      [at(10), at(12), 'off'],
      [at(12), at(60), 'running'],
      [at(60), at(80), 'running'],
    ])
  })

  it('tell when the next one closes, and that a VM which is gone has none', () => {
    const running = timeline([change(1, 10, 'running')])
    expect(nextClose(running, at(10))).toEqual(at(60))
    expect(nextClose(running, at(60))).toEqual(at(120))
    const gone = timeline([change(1, 10, 'running'), change(2, 70, 'gone')])
    expect(nextClose(gone, at(60))).toEqual(at(70))
    expect(nextClose(gone, at(70))).toBeNull()
  })
})

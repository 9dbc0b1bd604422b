import { Refusal } from '@sahary/contracts/refusal'
import { customerRepairStates, type RepairState, repairStates } from '@sahary/contracts/repair'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cairoYear,
  customerState,
  mayComment,
  move,
  repairNumber,
  type Standing,
  staffCapacities,
  talkAfterMs,
  targetsOf,
} from './repair.ts'
import { type Capacity, finalStates, isFinal, steps } from './steps.ts'

const everybody: Capacity[] = ['customer', 'triage', 'work', 'override', 'timer']
const standing = (more: Partial<Standing> = {}): Standing => ({
  state: 'submitted',
  returnState: null,
  description: 'It shows error F23 since yesterday',
  assigneeId: 5,
  warranty: 'in_warranty',
  ...more,
})
const go = (from: Standing, to: RepairState, as: Capacity[] = everybody): Standing => ({
  ...from,
  ...move(from, { to, reason: 'because' }, as),
})
const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    const refusal = error as Refusal
    return refusal.faults[0]?.code ?? refusal.code
  }
  return 'none'
}

describe('a repair', () => {
  it('that costs nothing goes all the way', () => {
    const way: RepairState[] = [
      'submitted',
      'accepted',
      'scheduled',
      'received',
      'diagnosing',
      'approved',
      'waiting_parts',
      'in_repair',
      'testing',
      'in_repair',
      'testing',
      'ready',
      'delivered',
      'closed',
    ]
    expect(way.reduce((at, to) => go(at, to), standing({ state: 'draft' })).state).toBe('closed')
  })

  it('without a fault is ready at once, and both is said', () => {
    expect(move(standing({ state: 'diagnosing' }), { to: 'ready', reason: null }, ['work']).says).toEqual([
      'no_fault_found',
      'ready',
    ])
  })

  it.each([
    [
      'submitted too early',
      standing({ state: 'draft', description: 'broken' }),
      'submitted',
      null,
      'repair_description_short',
    ],
    ['accepted by nobody', standing({ assigneeId: null }), 'accepted', null, 'repair_unassigned'],
    ['rejected without a reason', standing(), 'rejected', '  ', 'repair_reason_required'],
    ['asked about without a question', standing(), 'needs_info', null, 'repair_reason_required'],
    [
      'approved though it costs money',
      standing({ state: 'diagnosing', warranty: 'out_of_warranty' }),
      'approved',
      null,
      'repair_needs_quote',
    ],
    [
      'answered to elsewhere',
      standing({ state: 'needs_info', returnState: 'accepted' }),
      'submitted',
      null,
      'repair_step_illegal',
    ],
    ['quoted, which does not exist yet', standing({ state: 'diagnosing' }), 'quoted', null, 'repair_step_illegal'],
    [
      'cancelled in the middle without a reason',
      standing({ state: 'in_repair' }),
      'cancelled',
      null,
      'repair_reason_required',
    ],
  ] as const)('cannot be %s', (_name, from, to, reason, code) => {
    expect(codeOf(() => move(from, { to, reason }, everybody))).toBe(code)
  })

  it('may be cancelled by its customer until the work has begun, a question in between or not', () => {
    expect(go(standing({ state: 'waiting_parts' }), 'cancelled', ['customer']).state).toBe('cancelled')
    expect(go(standing({ state: 'needs_info', returnState: 'accepted' }), 'cancelled', ['customer']).state).toBe(
      'cancelled',
    )
    for (const from of [
      standing({ state: 'in_repair' }),
      standing({ state: 'needs_info', returnState: 'in_repair' }),
    ]) {
      expect(codeOf(() => move(from, { to: 'cancelled', reason: 'no' }, ['customer']))).toBe('not_allowed')
      expect(codeOf(() => move(from, { to: 'cancelled', reason: 'no' }, ['triage', 'work', 'timer']))).toBe(
        'not_allowed',
      )
      expect(targetsOf(from, ['customer'])).not.toContain('cancelled')
      expect(go(from, 'cancelled', ['triage', 'override']).state).toBe('cancelled')
    }
  })

  it('names the legal targets when an illegal one is asked for', () => {
    try {
      move(standing({ state: 'ready' }), { to: 'closed', reason: null }, ['triage', 'work'])
      expect.unreachable()
    } catch (error) {
      expect((error as Refusal).params).toEqual({ from: 'ready', to: 'closed', allowed: 'delivered' })
    }
  })

  it('has a number of its year in Cairo', () => {
    expect(repairNumber(2026, 123)).toBe('R-2026-000123')
    expect(repairNumber(2026, 1_234_567)).toBe('R-2026-1234567')
    expect(cairoYear(new Date('2026-12-31T21:59:59Z'))).toBe(2026)
    expect(cairoYear(new Date('2026-12-31T22:00:00Z'))).toBe(2027)
  })

  it('may be talked about for thirty days after its end', () => {
    const end = new Date('2026-11-20T10:00:00Z')
    expect(mayComment('closed', end, new Date(end.getTime() + talkAfterMs))).toBe(true)
    expect(mayComment('closed', end, new Date(end.getTime() + talkAfterMs + 1))).toBe(false)
    expect(mayComment('in_repair', null, end)).toBe(true)
  })
})

describe('the table of steps', () => {
  const anyState = fc.constantFrom(...repairStates)
  const anyStanding = fc
    .record({
      state: anyState,
      asked: fc.constantFrom<RepairState>('submitted', 'accepted', 'diagnosing', 'in_repair'),
      description: fc.constantFrom('short', 'long enough to be submitted'),
      assigneeId: fc.constantFrom(null, 5),
      warranty: fc.constantFrom('unknown', 'in_warranty', 'out_of_warranty', 'goodwill', 'vendor_warranty'),
    })
    .map(({ asked, ...rest }) => ({ ...rest, returnState: rest.state === 'needs_info' ? asked : null }) as Standing)
  const capacities = fc.uniqueArray(fc.constantFrom(...everybody))

  it('lets nothing out of a final state', () => {
    fc.assert(
      fc.property(fc.constantFrom(...finalStates), anyState, (state, to) => {
        expect(targetsOf(standing({ state }), everybody)).toEqual([])
        expect(() => move(standing({ state }), { to, reason: 'x' }, everybody)).toThrow(Refusal)
      }),
    )
  })

  it('either moves to exactly what was asked for, or refuses; and moves only to what it offered', () => {
    fc.assert(
      fc.property(anyStanding, anyState, fc.constantFrom(null, '', 'because'), capacities, (from, to, reason, as) => {
        try {
          const moved = move(from, { to, reason }, as)
          expect(moved.state).toBe(to)
          expect(targetsOf(from, as)).toContain(to)
          expect(moved.returnState !== null).toBe(moved.state === 'needs_info')
          expect(moved.says.length).toBeGreaterThan(0)
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
        }
      }),
    )
  })

  it('takes every walk to the state that replaying its steps gives', () => {
    const walk = fc.array(fc.tuple(anyState, fc.constantFrom(...everybody)), { maxLength: 40 })
    fc.assert(
      fc.property(walk, moves => {
        let at = standing({ state: 'draft' })
        const history: RepairState[] = []
        for (const [to, as] of moves) {
          try {
            at = go(at, to, [as])
            history.push(to)
          } catch (error) {
            if (!(error instanceof Refusal)) throw error
          }
        }
        expect(history.reduce((state, to) => go(state, to), standing({ state: 'draft' })).state).toBe(at.state)
      }),
    )
  })

  it('reaches every state but quoted, and leads from each to an end', () => {
    const reached = new Set<RepairState>(['draft'])
    for (const _round of repairStates)
      for (const row of steps) if (row.from.some(from => reached.has(from))) reached.add(row.to)
    expect(repairStates.filter(state => !reached.has(state))).toEqual(['quoted'])
    const ends = new Set<RepairState>(finalStates)
    for (const _round of repairStates)
      for (const row of steps) if (ends.has(row.to)) for (const from of row.from) ends.add(from)
    expect([...reached].filter(state => !ends.has(state))).toEqual([])
  })

  it('has one row for each pair of states, and none that begins in an end', () => {
    const pairs = steps.flatMap(row => row.from.map(from => `${from} → ${row.to}`))
    expect(new Set(pairs).size).toBe(pairs.length)
    expect(steps.flatMap(row => row.from).filter(isFinal)).toEqual([])
  })

  it('gives a customer nothing to do but submit, answer, cancel and confirm', () => {
    const mine = new Set(steps.filter(row => row.who.includes('customer')).flatMap(row => row.says))
    expect([...mine].sort()).toEqual(['cancelled', 'closed', 'info_provided', 'submitted'])
  })
})

describe('capacities', () => {
  it('come from permissions', () => {
    expect(staffCapacities(['support'])).toEqual(['triage'])
    expect(staffCapacities(['technician'])).toEqual(['work'])
    expect(staffCapacities(['admin'])).toEqual(['triage', 'work', 'override'])
    expect(staffCapacities(['owner', 'billing', 'operator'])).toEqual([])
  })
})

describe('what customers read', () => {
  it('is one of twelve labels for each state, six of them while work is open', () => {
    expect(Object.keys(customerState).sort()).toEqual([...repairStates].sort())
    expect(new Set(Object.values(customerState))).toEqual(new Set(customerRepairStates))
  })
})

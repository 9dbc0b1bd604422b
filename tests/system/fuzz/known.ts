import fc from 'fast-check'
import { newKey } from '../ssh.ts'
import type { Case } from './cases.ts'
import type { Operation } from './description.ts'
import type { Known } from './values.ts'
import type { Person, World } from './world.ts'

/** Stands for the version that a thing has at the moment of asking. */
export const current = '«current»'

/** Where things are kept, by the part of the path before their id, and whose they are. */
const kinds: Record<string, { table: string; holder: 'account_id' | 'user_id' | 'nobody'; when?: string }> = {
  vms: { table: 'compute.vm', holder: 'account_id', when: 'deleted_at is null' },
  'ssh-keys': { table: 'compute.ssh_key', holder: 'account_id' },
  devices: { table: 'repairs.device', holder: 'account_id', when: 'retired_at is null' },
  repairs: { table: 'repairs.repair', holder: 'account_id' },
  invoices: { table: 'billing.invoice', holder: 'account_id' },
  payments: { table: 'billing.payment', holder: 'account_id' },
  notifications: { table: 'notification.notification', holder: 'user_id' },
  // The site with the servers is left alone: its level would stop them.
  sites: { table: 'solar.site', holder: 'nobody', when: 'id > 1' },
}
const kindOf = (path: string) => /([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? ''
const idIn = (asked: string) => /\/(\d{1,15})(\/|$)/.exec(asked.split('?', 1)[0]!)?.[1]

/** One thing of those that an operation's path names; undefined when there is none. */
export async function thingAt({ pool }: World, { path }: Operation, asked: string) {
  const [kind, id] = [kinds[kindOf(path)], idIn(asked)]
  if (!kind || !id) return undefined
  const { rows } = await pool.query<Record<string, string | number>>(`select * from ${kind.table} where id = $1`, [id])
  return rows[0]
}

/** True unless a customer was answered with what another has. */
export async function isTheirs(world: World, operation: Operation, { who, path }: Case): Promise<boolean> {
  const thing = await thingAt(world, operation, path)
  if (!thing || who === 'nobody' || who === 'network' || who === 'admin') return true
  const { account, user } = world.persons[who]
  return kinds[kindOf(operation.path)]?.holder === 'user_id'
    ? Number(thing.user_id) === user.id
    : Number(thing.account_id) === account?.id
}

/** What fields of such a name take everywhere. */
const usual: Known = {
  siteId: fc.constantFrom(1, 1, 999),
  vmType: fc.constantFrom('tiny-1', 'tiny-1', 'tiny-1', 's-2', 'none'),
  image: fc.constantFrom('tiny', 'tiny', 'tiny', 'debian-12', 'windows'),
  to: fc.constantFrom('submitted', 'submitted', 'cancelled', 'accepted', 'accepted', 'needs_info', 'delivered'),
  batteryCapacityWh: fc.constant(10_000),
  batteryUsableWh: fc.constantFrom(9_000, 9_000, 10_001),
  ladder: fc.constantFrom({}, { rungs: { watch: { enterCharge: 55, leaveCharge: 60 } } }),
  timezone: fc.constantFrom('Africa/Cairo', 'UTC', 'Mars/Phobos'),
  serial: fc.stringMatching(/^[0-9a-f]{12}$/),
  version: fc.constantFrom(current, current, current, current, 1, 2_147_483_648),
  rate: fc.constantFrom(1, 1.001),
  businessAt: fc.constantFrom('2026-12-01T12:00:00Z', '2001-01-01T00:00:00Z'),
}

/** What is worth asking an operation for, as things are now. */
export async function knownTo(world: World, operation: Operation): Promise<Known> {
  const { pool, persons, guests } = world
  const { owner, stranger, admin } = persons
  const idsOf = async (name: string, { account, user }: Person): Promise<number[]> => {
    const kind = kinds[name]
    if (!kind) return [999_999]
    const { table, holder, when = 'true' } = kind
    const theirs = holder === 'nobody' ? 'true' : `${holder} = ${holder === 'user_id' ? user.id : account?.id}`
    const { rows } = await pool.query<{ id: string }>(
      `select id from ${table} where ${when} and ${theirs} order by id desc limit 20`,
    )
    return rows.length > 0 ? rows.map(({ id }) => Number(id)) : [999_999]
  }
  const some = async (kind: string): Promise<fc.Arbitrary<number>> => {
    const [own, foreign] = [await idsOf(kind, owner), await idsOf(kind, stranger)]
    const from = (ids: number[], weight: number) => ({ weight, arbitrary: fc.constantFrom(...ids) })
    return fc.oneof(from(own, 8), from(foreign, 2), from([999_999], 1))
  }
  const keys = await some('ssh-keys')
  return {
    ...usual,
    '/id': await some(kindOf(operation.path)),
    ...queries(operation, await some('vms')),
    ...(await rest(world, operation)),
    deviceId: await some('devices'),
    upTo: await some('notifications'),
    sshKeyIds: fc.uniqueArray(keys, { minLength: 1, maxLength: 2 }),
    publicKey: fc.constantFrom(...Array.from({ length: 8 }, () => newKey().public)),
    refreshToken: fc.constantFrom(...guests.map(guest => guest.refreshToken), 'none'),
    assigneeId: fc.constantFrom(admin.user.id, owner.user.id, 999_999),
  }
}

/** False for what makes time race: every table would tell of it. */
export const isCalm = ({ body }: Case): boolean => {
  const { rate } = (body ?? {}) as { rate?: unknown }
  return !(typeof rate === 'number' && rate > 1.01 && rate <= 2000)
}

function queries({ path }: Operation, vms: fc.Arbitrary<number>): Known {
  const encoded = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url')
  const odd = [0, -1, 1.5, 2 ** 53, 1e300, 'x', null, [], {}, { id: 1 }]
  const times = ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', 'x'].map(from => ({ from, id: 1 }))
  const usual = path.endsWith('/usage') ? { from: '2026-12-01T00:00:00Z', id: 1 } : 1_000_000
  return {
    '?limit': fc.constantFrom('1', '2', '100'),
    '?cursor': fc.oneof(fc.constant(usual), fc.constantFrom(...odd, ...times)).map(encoded),
    '?vmId': vms.map(String),
  }
}

/** What only a single operation takes. */
async function rest({ pool, persons, guests, platform }: World, { path }: Operation): Promise<Known> {
  if (path === '/api/auth/login') {
    const { password } = guests[0]!
    const identifier = fc.constantFrom(...guests.map(guest => guest.identifier), 'nobody@sahary.test')
    return { identifier, password: fc.constantFrom(password, password, 'wrong') }
  }
  if (path === '/api/auth/register') {
    const fresh = fc.uuid().map(id => `${id}@sahary.test`)
    return {
      identifier: fc.oneof(fresh, fc.constantFrom(persons.owner.identifier, platform.admin.identifier)),
      password: fc.constantFrom('a night in the desert', 'الشمس تشرق كل يوم', 'short', 'password123'),
    }
  }
  if (!path.startsWith('/webhooks/')) return {}
  const { rows } = await pool.query<{ ref: string }>('select provider_ref as ref from billing.payment limit 20')
  const notice = {
    type: fc.constantFrom('payment.succeeded', 'payment.failed', 'payment.refunded'),
    timestamp: fc.constant('2026-12-01T00:00:00Z'),
    data: fc.record({
      intentId: fc.constantFrom('none', ...rows.map(({ ref }) => ref)),
      reference: fc.string({ maxLength: 20 }),
      amountMinor: fc.integer({ min: 0, max: 1000 }),
      currency: fc.constantFrom('EGP', 'USD'),
      failureCode: fc.constantFrom(null, 'declined'),
    }),
  }
  return { '': fc.record(notice, { noNullPrototype: true }) }
}

import type { Platform } from '@sahary/local/platform/platform'
import { eventually } from '@sahary/testing/eventually'
import pg from 'pg'
import { type Caller, caller, ok } from '../customer.ts'
import { startPlatform } from '../platform.ts'
import { newKey } from '../ssh.ts'
import type { Who } from './cases.ts'
import type { Document } from './description.ts'

type Thing = { id: number; status: string }
type SignedIn = { accessToken: string; refreshToken: string; user: { id: number }; account: { id: number } | null }
export type Person = SignedIn & { identifier: string; password: string }

/** A platform with people who have something of everything, so that requests find what they ask for. */
export type World = {
  platform: Platform
  document: Document
  persons: Record<Exclude<Who, 'nobody' | 'network'>, Person>
  /** People whose sessions nobody needs, to be renewed and ended, and who may fail to sign in. */
  guests: Person[]
  pool: pg.Pool
  close: () => Promise<void>
}

/** Half an hour before November ends in Cairo. */
const late = '2026-11-30T21:30:00.000Z'
const settings = {
  // Room for two servers: ours and one more. What is asked for beyond them is refused, and no container is made.
  compute: { HOST_DISK_GIB: '2' },
  // At the usual rate the month would be over after half a minute, on a busy machine before anybody has a server.
  gateway: { LIMIT_FACTOR: '1000', CLOCK_START: late, CLOCK_RATE: '1' },
  identity: { SIGN_INS_PER_NETWORK: '100000', PASSWORD_COST: '4' },
  metering: { SLOT_GRACE_S: '0', USAGE_GRACE_S: '0', REAL_PATIENCE_S: '1' },
  billing: { INVOICE_GRACE_S: '0', INVOICE_REAL_GRACE_S: '1' },
}

export async function openWorld(): Promise<World> {
  const { platform, stop } = await startPlatform({ settings })
  const pool = new pg.Pool({ connectionString: platform.servers.postgres.url, max: 2, options: '-c timezone=UTC' })
  const close = async () => {
    await pool.end()
    await stop()
  }
  try {
    const door = caller(platform.gatewayUrl)
    const admin = await signIn(door, platform.admin)
    const [owner, stranger] = [await settle(door, 'owner'), await settle(door, 'stranger')]
    await rent(door, owner)
    const place = { name: 'Second', lat: 30, lon: 31, timezone: 'Africa/Cairo', ratedW: 5000 }
    ok(await door.as(admin.accessToken).post('/api/admin/sites', place), 201)
    const viewer = await look(door, pool, owner)
    await bill(door, admin, owner)
    const guests = [await register(door, 'guest-1'), await register(door, 'guest-2'), await register(door, 'guest-3')]
    const document = (await (await fetch(`${platform.gatewayUrl}/api/openapi.json`)).json()) as Document
    return { platform, document, persons: { owner, viewer, stranger, admin }, guests, pool, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Signs everybody in anew: a token lives for ten minutes, and a hundred seeds for longer. */
export async function renew({ platform, persons }: World): Promise<void> {
  const door = caller(platform.gatewayUrl)
  for (const person of Object.values(persons)) Object.assign(person, await signIn(door, person))
}

async function signIn(
  door: Caller,
  { identifier, password }: { identifier: string; password: string },
): Promise<Person> {
  return { ...ok(await door.post<SignedIn>('/api/auth/login', { identifier, password })), identifier, password }
}

async function register(door: Caller, name: string): Promise<Person> {
  const person = { identifier: `${name}@sahary.test`, password: 'a night in the desert' }
  ok(await door.post('/api/auth/register', { ...person, name }), 201)
  return signIn(door, person)
}

/** A customer with a key, some devices and some repairs. */
async function settle(door: Caller, name: string): Promise<Person> {
  const person = await register(door, name)
  const made = makerOf(door, person)
  await made('ssh-keys', { name: 'laptop', publicKey: newKey().public })
  for (const serial of ['a', 'b', 'c']) {
    const deviceId = await made('devices', { kind: 'inverter', brand: 'Deye', model: 'SUN-5K', serial: name + serial })
    await made('repairs', { deviceId, category: 'other', description: 'it hums at night', submit: serial !== 'a' })
  }
  return person
}

const makerOf =
  (door: Caller, { accessToken }: Person) =>
  async (path: string, body: unknown) =>
    ok(await door.as(accessToken).post<Thing>(`/api/customer/${path}`, body), 201).id

/** Gives somebody a server, and waits until it runs. */
async function rent(door: Caller, person: Person): Promise<void> {
  const self = door.as(person.accessToken)
  const [key] = ok(await self.get<Thing[]>('/api/customer/ssh-keys'))
  const order = { name: 'dome', vmType: 'tiny-1', image: 'tiny', supplyClass: 'always_on', sshKeyIds: [key!.id] }
  const vm = await makerOf(door, person)('vms', order)
  await until(async () => ok(await self.get<Thing>(`/api/customer/vms/${vm}`)).status === 'running')
}

/** Somebody who may look at what another has. No door invites people yet, so the row is moved by hand. */
async function look(door: Caller, pool: pg.Pool, { account }: Person): Promise<Person> {
  const { user, ...viewer } = await register(door, 'viewer')
  const role = `update identity.account_member set account_id = $1, role = 'viewer' where user_id = $2`
  await pool.query(role, [account?.id, user.id])
  return signIn(door, viewer)
}

/** Lets the month end, so that there is an invoice. */
async function bill(door: Caller, admin: Person, owner: Person): Promise<void> {
  const setClock = async (change: object) => ok(await door.as(admin.accessToken).put('/api/admin/clock', change))
  await setClock({ rate: 600 })
  await until(async () => ok(await door.as(owner.accessToken).get<Thing[]>('/api/customer/invoices')).length > 0)
  await setClock({ rate: 1 })
}

const until = (comes: () => Promise<boolean>): Promise<void> =>
  eventually(
    async () => {
      if (!(await comes())) throw new Error('it does not come')
    },
    { withinMs: 90_000, everyMs: 250 },
  )

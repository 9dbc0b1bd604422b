import ssh2 from 'ssh2'
import type { Request } from './request.ts'
import { newKey } from './ssh.ts'

/** What a customer has: the numbers of one thing of each kind. */
export type Ids = { vm: number; key: number; device: number; repair: number }
/** A request of the customer Mona, unless `as` says whose token it bears: `nobody`, `operator`, or a text of its own. */
export type Asked = Omit<Request, 'token'> & { as?: string }
/** Who is refused what, with which status and code, for which field and why. */
export type BadRequest = {
  what: string
  ask: (own: Ids, others: Ids) => Asked
  status: number
  code: string
  field?: string
  why?: string
}

export const person = { identifier: 'new@sahary.test', password: 'a night in the desert', name: 'New' }
export const device = { kind: 'inverter', brand: 'Deye', model: 'SUN-5K', serial: 'S-1' }
export const order = ({ key }: Pick<Ids, 'key'>) => ({
  name: 'dome',
  vmType: 'tiny-1',
  image: 'tiny',
  supplyClass: 'always_on',
  sshKeyIds: [key],
})
export const paths = {
  vms: '/api/customer/vms',
  keys: '/api/customer/ssh-keys',
  devices: '/api/customer/devices',
  repairs: '/api/customer/repairs',
  register: '/api/auth/register',
  login: '/api/auth/login',
  clock: '/api/admin/clock',
  inverters: '/api/admin/sites/1/inverters',
}
const { vms, keys, devices, repairs, register, login, clock, inverters } = paths

type Ask = Asked | BadRequest['ask']
const refused = (status: number, code: string, what: string, ask: Ask): BadRequest => ({
  what,
  ask: typeof ask === 'function' ? ask : () => ask,
  status,
  code,
})
const invalid = (field: string, why: string, what: string, ask: Ask): BadRequest => ({
  ...refused(422, 'validation_failed', what, ask),
  field,
  why,
})
/** A refusal of its own code that still names the field. */
const refusedField = (field: string, code: string, what: string, ask: Ask): BadRequest => ({
  ...refused(422, code, what, ask),
  field,
  why: code,
})
const unread = (what: string, body: string) => refused(400, 'malformed_body', what, { path: devices, body })
const notFound = (what: string, ask: Ask) => refused(404, 'not_found', what, ask)
const typed = (type: string, body: string) => ({ path: devices, body, headers: { 'content-type': type } })

const get = (path: string): Asked => ({ method: 'GET', path })
const remove = (path: string): Asked => ({ method: 'DELETE', path })
const post = (path: string, body?: unknown): Asked => ({ path, body })
const patch = (path: string, body: unknown): Asked => ({ method: 'PATCH', path, body })
const put = (path: string, body: unknown): Asked => ({ method: 'PUT', path, body })
const nobody = (asked: Asked): Asked => ({ ...asked, as: 'nobody' })
const operator = (asked: Asked): Asked => ({ ...asked, as: 'operator' })

const rent = (change: object) => (own: Ids) => post(vms, { ...order(own), ...change })
const add = (change: object) => post(devices, { ...device, ...change })
const keyed = (key: string) => ({ ...add({}), headers: { 'idempotency-key': key } })
const offer = (publicKey: string) => post(keys, { name: 'laptop', publicKey })
const join = (change: object) => nobody(post(register, { ...person, ...change }))
const roof = { vendor: 'opendtu', name: 'Roof', serial: '116180009999', ratedW: 1600 }
const mount = (change: object) => operator(post(inverters, { ...roof, ...change }))
const mend = { category: 'other', description: 'it hums at night', submit: true }
const unsigned = [{ alg: 'none', typ: 'at+jwt' }, { sub: '1' }]
  .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')

/** Bodies and addresses that cannot be read, or are not what they should be. */
const shapes = [
  unread('JSON that breaks off', '{"kind":'),
  unread('a body that is not JSON', 'hello'),
  unread('a key that means the prototype', '{"__proto__":{"kind":"inverter"}}'),
  unread('nesting without end', '['.repeat(5_000) + ']'.repeat(5_000)),
  refused(413, 'body_too_large', 'a body of two megabytes', add({ note: 'x'.repeat(2 * 2 ** 20) })),
  refused(415, 'unsupported_media_type', 'a form', typed('application/x-www-form-urlencoded', 'kind=inverter')),
  refused(415, 'unsupported_media_type', 'plain text', typed('text/plain', '{}')),
  refused(400, 'malformed_request', 'an address with a broken escape', get(`${vms}/%zz`)),
  notFound('an address that is none', get('/api/customer/nothing')),
  notFound('an id that is a word', get(`${vms}/first`)),
  notFound('an id of 20 digits', get(`${vms}/99999999999999999999`)),
  invalid('', 'field_required', 'an empty body', typed('application/json', '')),
  invalid('', 'field_type', 'a list for an object', post(devices, [])),
  invalid('serial', 'field_required', 'a missing field', add({ serial: undefined })),
  invalid('accountId', 'unknown_field', 'an unknown field', add({ accountId: 1 })),
  invalid('all', 'unknown_field', 'an unknown field of a query', get(`${vms}?all=true`)),
  invalid('brand', 'field_type', 'a number for a text', add({ brand: 7 })),
  invalid('sshKeyIds', 'field_type', 'a text for a list', rent({ sshKeyIds: '1' })),
  invalid('sshKeyIds.0', 'field_type', 'a text for an id', rent({ sshKeyIds: ['1'] })),
  invalid('supplyClass', 'field_choice', 'a word that is no choice', rent({ supplyClass: 'free' })),
]
/** Values that can be read and make no sense. */
const values = [
  invalid('sshKeyIds.0', 'field_too_small', 'a negative id', rent({ sshKeyIds: [-1] })),
  invalid('siteId', 'field_too_big', 'an id beyond all numbers', rent({ siteId: 1e30 })),
  invalid('limit', 'field_format', 'a negative page', get(`${vms}?limit=-1`)),
  invalid('limit', 'field_too_big', 'an absurd page', get(`${vms}?limit=1000000`)),
  invalid('cursor', 'field_format', 'a cursor of somebody else', get(`${vms}?cursor=abc`)),
  invalid('name', 'field_format', 'a name with a path in it', rent({ name: '../etc' })),
  invalid('name', 'field_too_big', 'a name that is too long', rent({ name: 'x'.repeat(64) })),
  invalid('userData', 'field_too_big', 'a first boot of 40 kB', rent({ userData: 'x'.repeat(40_000) })),
  invalid('brand', 'text_unreadable', 'U+0000 in a text', add({ brand: 'De\u0000ye' })),
  invalid('brand', 'text_unreadable', 'half a character', add({ brand: '\ud83d' })),
  invalid('model', 'text_blank', 'a text that cannot be seen', add({ model: '\u200f ' })),
  invalid('purchasedOn', 'field_format', 'a day that no calendar has', add({ purchasedOn: '2026-02-30' })),
  invalid('image', 'image_unknown', 'an unknown image', rent({ image: 'windows' })),
  invalid('vmType', 'vm_type_unknown', 'an unknown size', rent({ vmType: 'xxl-999' })),
  invalid('vmType', 'image_needs_memory', 'a size too small for its image', rent({ image: 'debian-12' })),
  invalid('siteId', 'site_unknown', 'a site that is not', rent({ siteId: 99_999 })),
  refused(409, 'host_full', 'a size that no host has room for', rent({ vmType: 's-2' })),
  invalid('publicKey', 'ssh_key_malformed', 'a key that is none', offer('ssh-ed25519 AAAA')),
  invalid('publicKey', 'ssh_key_type', 'a key of an old kind', offer('ssh-dss AAAAB3NzaC1kc3M=')),
  invalid('publicKey', 'ssh_key_private', 'a private key', offer(newKey().private)),
  invalid('publicKey', 'ssh_key_weak', 'a weak key', () =>
    offer(ssh2.utils.generateKeyPairSync('rsa', { bits: 1024 }).public),
  ),
]
/** Things of another customer, or of nobody. */
const foreign = [
  invalid('sshKeyIds.0', 'ssh_key_unknown', "a key of another's", (own, { key }) => rent({ sshKeyIds: [key] })(own)),
  invalid('deviceId', 'repair_device_unknown', "a repair of another's device", (_, others) =>
    post(repairs, { ...mend, deviceId: others.device }),
  ),
  notFound("a look at another's server", (_, { vm }) => get(`${vms}/${vm}`)),
  notFound("the actions of another's server", (_, { vm }) => get(`${vms}/${vm}/actions`)),
  notFound("a name for another's server", (_, { vm }) => patch(`${vms}/${vm}`, { name: 'mine', version: 1 })),
  notFound("stopping another's server", (_, { vm }) => post(`${vms}/${vm}/stop`)),
  notFound("deleting another's server", (_, { vm }) => remove(`${vms}/${vm}`)),
  notFound("deleting another's key", (_, { key }) => remove(`${keys}/${key}`)),
  notFound("changing another's device", (_, others) =>
    patch(`${devices}/${others.device}`, { brand: 'Mine', version: 1 }),
  ),
  notFound("retiring another's device", (_, others) => remove(`${devices}/${others.device}`)),
  notFound("reading another's repair", (_, { repair }) => get(`${repairs}/${repair}`)),
  notFound("a comment on another's repair", (_, { repair }) =>
    post(`${repairs}/${repair}/comments`, { comment: 'hi' }),
  ),
  notFound("moving another's repair", (_, { repair }) =>
    post(`${repairs}/${repair}/transitions`, { to: 'cancelled', version: 1 }),
  ),
  notFound('an invoice that is not', get('/api/customer/invoices/4711')),
  notFound('paying what is not', post('/api/customer/invoices/4711/payments', { method: { type: 'checkout' } })),
  notFound('an inverter at no site', operator(post('/api/admin/sites/4711/inverters', roof))),
  refused(409, 'version_conflict', 'a change of what has changed', own =>
    patch(`${devices}/${own.device}`, { brand: 'New', version: 99 }),
  ),
  refusedField('to', 'repair_step_illegal', 'a step that is not on the way', ({ repair }) =>
    post(`${repairs}/${repair}/transitions`, { to: 'delivered', version: 1 }),
  ),
]
/** People who are not who they say, and numbers of operators. */
const people = [
  refused(400, 'idempotency_key_required', 'a POST without its key', keyed('')),
  refused(400, 'idempotency_key_malformed', 'a key with a space', keyed('a b')),
  refused(401, 'not_signed_in', 'a request without a token', nobody(get(vms))),
  refused(401, 'token_invalid', 'a garbage token', { ...get(vms), as: 'garbage' }),
  refused(401, 'token_invalid', 'a token that nobody signed', { ...add({}), as: `${unsigned}.` }),
  refused(403, 'not_allowed', "a customer at the operator's door", put(clock, { rate: 2 })),
  refused(409, 'identifier_taken', 'an identifier of another', join({ identifier: 'ali@sahary.test' })),
  refused(401, 'sign_in_failed', 'a wrong password', nobody(post(login, { identifier: 'a@b.eg', password: 'wrong' }))),
  refused(401, 'webhook_not_believed', 'an unsigned webhook', nobody(post('/webhooks/payments/sandbox', {}))),
  invalid('identifier', 'identifier_invalid', 'an identifier that is none', join({ identifier: '0101234' })),
  invalid('password', 'password_too_short', 'a short password', join({ password: 'short' })),
  invalid('password', 'password_too_common', 'a password that many have', join({ password: 'password123' })),
  invalid('roles', 'unknown_field', 'a role of their own choice', join({ roles: ['admin'] })),
  refusedField(
    'businessAt',
    'clock_only_forward',
    'a clock that goes back',
    operator(put(clock, { businessAt: '2001-01-01T00:00:00Z' })),
  ),
  invalid('rate', 'field_too_big', 'a clock that races', operator(put(clock, { rate: 1e9 }))),
  invalid('vendor', 'field_choice', 'a vendor that is not', mount({ vendor: 'acme' })),
  invalid('ratedW', 'field_too_small', 'a negative rating', mount({ ratedW: -5 })),
  invalid('serial', 'serial_format', 'a serial of another vendor', mount({ serial: 'XYZ' })),
]

export const badRequests: readonly BadRequest[] = [...shapes, ...values, ...foreign, ...people]

import { randomUUID } from 'node:crypto'
import type { ServiceName } from '@sahary/contracts/services'
import { type Answer, caller } from '../system/customer.ts'
import { newKey } from '../system/ssh.ts'
import { person, type Scene } from './scene.ts'

/** Something that somebody asks for, the service that answers it, and what it answers when all is well. */
export type Call = { what: string; of: ServiceName; wanted: number[]; call: () => Promise<Answer> }

const nobodys = 4_000_000

/** What people read and do, at every service; what they make is theirs to have any number of. */
export function callsOf(scene: Scene): Call[] {
  const door = caller(scene.platform.gatewayUrl)
  const [customer, operator] = [scene.customer(), scene.operator()]
  const read = (of: ServiceName, path: string, who = customer): Call => ({
    ...{ what: path, of, wanted: [200] },
    call: () => who.get(`/api/${path}`),
  })
  const post = (of: ServiceName, path: string, wanted: number[], body?: unknown): Call => ({
    ...{ what: path, of, wanted },
    call: () => (path.startsWith('auth/') ? door : customer).post(`/api/${path}`, body),
  })
  const stranger = { identifier: `${randomUUID()}@example.eg`, password: 'a lamp in the window', name: 'Stranger' }
  const server = { name: 'none', vmType: 'tiny-1', image: 'tiny', supplyClass: 'always_on', sshKeyIds: [nobodys] }
  return [
    read('compute', 'customer/vms'),
    read('repairs', 'customer/devices'),
    read('billing', 'customer/invoices'),
    read('billing', 'customer/invoices/current'),
    read('notification', 'customer/notifications'),
    read('metering', 'customer/usage'),
    read('solar', 'customer/energy'),
    read('identity', 'customer/profile'),
    read('gateway', 'customer/dashboard/stats'),
    read('solar', 'public/energy'),
    read('gateway', 'public/status'),
    read('compute', 'admin/hosts', operator),
    read('solar', 'admin/sites', operator),
    read('metering', 'admin/slots?siteId=1', operator),
    read('identity', 'admin/users', operator),
    post('identity', 'auth/login', [200], person),
    post('identity', 'auth/register', [201], stranger),
    post('identity', 'auth/refresh', [401], { refreshToken: 'of nobody' }),
    post('compute', 'customer/ssh-keys', [201], { name: randomUUID(), publicKey: newKey().public }),
    post('compute', 'customer/vms', [422], server),
    // A server that is stopping at this moment is not started at the same time.
    post('compute', `customer/vms/${scene.vmId}/start`, [202, 409]),
    post('repairs', `customer/repairs/${nobodys}/comments`, [404], { comment: 'of nobody' }),
    post('billing', `customer/invoices/${nobodys}/payments`, [404], { method: { type: 'checkout' } }),
    post('notification', 'customer/notifications/read-all', [200]),
  ]
}

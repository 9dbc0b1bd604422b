import { describe, expect, it } from 'vitest'
import { read } from './tree.ts'

type Route = { parameters?: { in: string; name: string; required?: boolean }[]; responses: Record<string, unknown> }
const { paths } = JSON.parse(read('docs/generated/openapi.json')) as { paths: Record<string, { post?: Route }> }
const posts = Object.entries(paths).flatMap(([path, { post }]) => (post ? [{ path, ...post }] : []))

/** Who registers has no account yet in which an answer could be kept; a second time the identifier is taken. */
const exempt = ['/api/auth/register']
/** A state is asked for, and asking twice asks for the same. */
const isSwitch = (path: string): boolean => /^\/api\/customer\/vms\/\{id\}\/(start|stop|reboot)$/.test(path)

describe('a POST', () => {
  it('that creates, pays or sets a level demands a key, so that it may be repeated without harm', () => {
    const making = posts
      .filter(({ responses }) => '201' in responses || '202' in responses)
      .filter(({ path }) => !exempt.includes(path) && !isSwitch(path))
    expect(making.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        '/api/customer/vms',
        '/api/customer/invoices/{id}/payments',
        '/api/admin/sites/{id}/level',
      ]),
    )
    const careless = making.filter(
      ({ parameters = [] }) => !parameters.some(({ name, required }) => name === 'idempotency-key' && required),
    )
    expect(careless.map(({ path }) => path)).toEqual([])
  })
})

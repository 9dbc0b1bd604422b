import { readFileSync } from 'node:fs'
import type { Principal } from '@sahary/auth/principal'
import { type AccessRow, accessTable } from '@sahary/contracts/access'
import { Refusal } from '@sahary/contracts/refusal'
import { memberRoles, staffRoles } from '@sahary/contracts/roles'
import { createLogger } from '@sahary/observability/log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type Server } from './server.ts'

const somebody: Principal = {
  userId: 7,
  accountId: null,
  memberRole: null,
  roles: [],
  sessionId: 'a5d7b9c0-0000-4000-8000-000000000001',
  locale: 'en',
}
/** Everybody whose calls differ, by the token that names them; `holds` are the roles that the table may count. */
const people: Record<string, { principal: Principal; holds: readonly string[] }> = {
  'nobody in particular': { principal: somebody, holds: [] },
  'an owner who acts for no account': { principal: { ...somebody, memberRole: 'owner' }, holds: [] },
  'one of a role that nobody knows': { principal: { ...somebody, roles: ['constructor', 'Admin'] }, holds: [] },
  'a viewer who is an operator too': {
    principal: { ...somebody, accountId: 3, memberRole: 'viewer', roles: ['operator'] },
    holds: ['viewer', 'operator'],
  },
}
for (const role of memberRoles)
  people[role] = { principal: { ...somebody, accountId: 3, memberRole: role }, holds: [role] }
for (const role of staffRoles) people[role] = { principal: { ...somebody, roles: [role] }, holds: [role] }

const nameOf = ([method, path]: AccessRow): string => `${method} ${path}`
const urlOf = (path: string): string => path.replaceAll(/:\w+/g, '1').replace('*', 'x')

/** Who has what, as the checked-in table tells people: the last column of `docs/generated/access.md`. */
const told = new Map<string, string[]>(
  readFileSync(new URL('../../../docs/generated/access.md', import.meta.url), 'utf8')
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim().replaceAll('`', '')))
    .filter(cells => cells[2]?.startsWith('/'))
    .map(([, method, path, , who]) => [`${method} ${path}`, who!.split(', ')]),
)

describe('every route of the access table', () => {
  let app: Server

  beforeAll(async () => {
    const verify = async (token: string): Promise<Principal> => {
      const known = people[decodeURIComponent(token.replaceAll('~', '%'))]
      if (!known) throw new Refusal('token_invalid')
      return known.principal
    }
    app = createServer({ service: 'stub', logger: createLogger({ service: 'stub', level: 'silent' }), verify })
    for (const [method, url] of accessTable) app.route({ method, url, handler: async () => ({ data: 'through' }) })
    await app.ready()
  })
  afterAll(() => app.close())

  /** What each route answers to a token, or to none. */
  const answers = async (token?: string): Promise<Record<string, number>> => {
    const name = token && encodeURIComponent(token).replaceAll('%', '~')
    const headers = name ? { authorization: `Bearer ${name}` } : {}
    const asked = accessTable.map(async row => {
      const answer = await app.inject({ method: row[0], url: urlOf(row[1]), headers })
      return [nameOf(row), answer.statusCode] as const
    })
    return Object.fromEntries(await Promise.all(asked))
  }
  const expected = (judge: (who: readonly string[]) => number): Record<string, number> =>
    Object.fromEntries(accessTable.map(row => [nameOf(row), judge(told.get(nameOf(row)) ?? [])]))

  it('asks who is there, unless it is for everybody', async () => {
    const open = expected(who => (who.includes('everybody') ? 200 : 401))
    expect(await answers()).toEqual(open)
    expect(await answers('forged')).toEqual(open)
  })

  it.each(Object.keys(people))('lets in %s exactly where the table says', async name => {
    const { holds } = people[name]!
    const isLetIn = (who: readonly string[]) => who.some(each => /^everybody/.test(each) || holds.includes(each))
    expect(await answers(name)).toEqual(expected(who => (isLetIn(who) ? 200 : 403)))
  })
})

import { describe, expect, it } from 'vitest'
import { accessTable } from '../src/access.ts'
import { grants, rolePermissions } from '../src/roles.ts'

describe('permissions', () => {
  it('are denied by default', () => {
    expect(grants([], 'vm:read')).toBe(false)
    expect(grants(['nobody', 'constructor', '__proto__'], 'vm:read')).toBe(false)
  })

  it('give an admin every staff right and no customer right', () => {
    expect(grants(['admin'], 'host:write')).toBe(true)
    expect(grants(['admin'], 'vm:write:own')).toBe(false)
  })

  it('let a viewer look and not touch', () => {
    expect(grants(['viewer'], 'vm:read:own')).toBe(true)
    expect(rolePermissions.viewer.filter(name => /write|pay/.test(name))).toEqual([])
  })

  it('of every row of the access table are held by some role', () => {
    for (const [, , allow] of accessTable)
      if (allow !== 'public' && allow !== 'signed_in')
        expect(grants(Object.keys(rolePermissions), allow), allow).toBe(true)
  })

  it('to read are asked of nobody who changes something', () => {
    const changing = accessTable.filter(([method]) => method !== 'GET')
    expect(changing.filter(([, , allow]) => /:read(:|$)/.test(allow))).toEqual([])
  })

  it('list each route once', () => {
    const routes = accessTable.map(([method, path]) => `${method} ${path}`)
    expect(routes.filter((route, index) => routes.indexOf(route) !== index)).toEqual([])
  })
})

/** A person's part in an account. */
export const memberRoles = ['owner', 'member', 'viewer'] as const
export type MemberRole = (typeof memberRoles)[number]

/** Built-in staff roles; an admin composes others from permissions. */
export const staffRoles = ['support', 'technician', 'billing', 'operator', 'admin'] as const
export type StaffRole = (typeof staffRoles)[number]

/** `resource:action[:scope]`, deny by default. */
export type Permission = `${string}:${string}`

const own = (...resources: string[]): Permission[] => resources.map(name => `${name}:own` as Permission)

const viewer = own(
  'account:read',
  'vm:read',
  'usage:read',
  'invoice:read',
  'device:read',
  'repair:read',
  'notification:read',
  'energy:read',
)
const member = [...viewer, ...own('vm:write', 'ssh_key:write', 'device:write', 'repair:write', 'notification:write')]
const owner = [...member, ...own('invoice:pay', 'account:write')]

/** What each role may do. */
export const rolePermissions: Record<MemberRole | StaffRole, readonly Permission[]> = {
  viewer,
  member,
  owner,
  support: [
    'user:read',
    'vm:read',
    'device:read',
    'device:write',
    'repair:read',
    'repair:write',
    'repair:triage',
    'usage:read',
    'invoice:read',
  ],
  technician: ['device:read', 'device:write', 'repair:read', 'repair:write', 'repair:work', 'site:read'],
  billing: ['invoice:read', 'invoice:write', 'payment:read', 'usage:read', 'price:write'],
  operator: [
    'host:read',
    'host:write',
    'vm:read',
    'vm:power',
    'site:read',
    'site:write',
    'power:override',
    'bus:replay',
    'clock:write',
  ],
  admin: ['*:*'],
}

/** True when one of `roles` grants `permission`; an unknown role grants nothing. */
export function grants(roles: readonly string[], permission: Permission): boolean {
  return roles.some(role => {
    const list = Object.hasOwn(rolePermissions, role) ? rolePermissions[role as MemberRole] : []
    // An admin is staff, not a member: `:own` rights come from an account alone.
    return list.includes(permission) || (list.includes('*:*') && !permission.endsWith(':own'))
  })
}

import type { AccessRow } from '../access.ts'

/** Who may call what of compute. */
export const computeAccess: readonly AccessRow[] = [
  ['GET', '/api/public/vm-types', 'public'],
  ['GET', '/api/public/images', 'public'],
  ['GET', '/api/customer/ssh-keys', 'vm:read:own'],
  ['POST', '/api/customer/ssh-keys', 'ssh_key:write:own'],
  ['DELETE', '/api/customer/ssh-keys/:id', 'ssh_key:write:own'],
  ['GET', '/api/customer/vms', 'vm:read:own'],
  ['POST', '/api/customer/vms', 'vm:write:own'],
  ['GET', '/api/customer/vms/:id', 'vm:read:own'],
  ['PATCH', '/api/customer/vms/:id', 'vm:write:own'],
  ['DELETE', '/api/customer/vms/:id', 'vm:write:own'],
  ['POST', '/api/customer/vms/:id/start', 'vm:write:own'],
  ['POST', '/api/customer/vms/:id/stop', 'vm:write:own'],
  ['POST', '/api/customer/vms/:id/reboot', 'vm:write:own'],
  ['GET', '/api/customer/vms/:id/actions', 'vm:read:own'],
  ['GET', '/api/admin/hosts', 'host:read'],
]

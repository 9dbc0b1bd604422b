import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'

/** A public key as it is kept: one line, without comment, and its OpenSSH fingerprint. */
export type SshKey = { publicKey: string; fingerprint: string }
export type KeyFault = 'ssh_key_private' | 'ssh_key_malformed' | 'ssh_key_type' | 'ssh_key_weak'

const types = ['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] as const
type KeyType = (typeof types)[number]
/** Length of an uncompressed point of each curve. */
const pointLength: Partial<Record<KeyType, number>> = {
  'ecdsa-sha2-nistp256': 65,
  'ecdsa-sha2-nistp384': 97,
  'ecdsa-sha2-nistp521': 133,
}
const rsaBits = { least: 2048, most: 16_384 }

/** `SHA256:…` over a key's wire form, as `ssh-keygen -l` prints it. */
export const fingerprintOf = (wire: Buffer): string =>
  `SHA256:${createHash('sha256').update(wire).digest('base64').replace(/=+$/, '')}`

/** The fields of a key's wire form (RFC 4251 strings), or null when it is not exactly a row of them. */
function fieldsOf(wire: Buffer): Buffer[] | null {
  const fields: Buffer[] = []
  let at = 0
  while (at < wire.length) {
    if (at + 4 > wire.length) return null
    const length = wire.readUInt32BE(at)
    if (at + 4 + length > wire.length) return null
    fields.push(wire.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return fields
}

const bitsOf = (number: Buffer): number => {
  const start = number.findIndex(byte => byte !== 0)
  return start < 0 ? 0 : (number.length - start) * 8 - Math.clz32(number[start]!) + 24
}

function faultOf(type: KeyType, fields: readonly Buffer[]): KeyFault | null {
  if (type === 'ssh-ed25519') return fields.length === 2 && fields[1]!.length === 32 ? null : 'ssh_key_malformed'
  if (fields.length !== 3) return 'ssh_key_malformed'
  if (type === 'ssh-rsa') {
    const bits = bitsOf(fields[2]!)
    return bits >= rsaBits.least && bits <= rsaBits.most ? null : 'ssh_key_weak'
  }
  const named = fields[1]!.toString('latin1') === type.slice('ecdsa-sha2-'.length)
  return named && fields[2]!.length === pointLength[type] && fields[2]![0] === 4 ? null : 'ssh_key_malformed'
}

/**
 * Reads one line of an OpenSSH public key (`type base64 [comment]`), strictly: no options before it, no second line,
 * canonical base64, a known type of sufficient strength. Gives what to keep, or why not.
 */
export function parseSshKey(text: string): SshKey | { fault: KeyFault } {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return { fault: 'ssh_key_private' }
  const match = /^([a-z0-9@.-]+) +([A-Za-z0-9+/]+={0,2})(?: +[^\p{Cc}]*)?$/u.exec(text.trim())
  if (!match) return { fault: 'ssh_key_malformed' }
  const [, name = '', base64 = ''] = match
  const type = types.find(known => known === name)
  if (!type) return { fault: 'ssh_key_type' }
  const wire = Buffer.from(base64, 'base64')
  const fields = fieldsOf(wire)
  if (wire.toString('base64') !== base64 || fields?.[0]?.toString('latin1') !== type)
    return { fault: 'ssh_key_malformed' }
  const fault = faultOf(type, fields)
  if (fault) return { fault }
  const publicKey = `${type} ${base64}`
  if (ssh2.utils.parseKey(publicKey) instanceof Error) return { fault: 'ssh_key_malformed' }
  return { publicKey, fingerprint: fingerprintOf(wire) }
}

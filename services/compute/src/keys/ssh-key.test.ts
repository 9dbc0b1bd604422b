import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { utils } from 'ssh2'
import { describe, expect, it } from 'vitest'
import { parseSshKey } from './ssh-key.ts'

const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP8IY4TxQnK1oVqbEbGMiTL8tN7lX0ct02yEEJOOtu9D'
const fault = (text: string) => (parseSshKey(text) as { fault: string }).fault
const ecdsa = (bits: 256 | 521): string => utils.generateKeyPairSync('ecdsa', { bits }).public
const rsa = (bits: number): string => utils.generateKeyPairSync('rsa', { bits }).public

/** One in some 256 keys that ssh2 makes lacks a leading zero and is none: make another. */
function freshKey(): string {
  const text = utils.generateKeyPairSync('ed25519').public
  return utils.parseKey(text) instanceof Error ? freshKey() : text
}

describe('an SSH key', () => {
  it('is kept without its comment, with the fingerprint that OpenSSH prints', () => {
    const kept = { publicKey: ed25519, fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) }
    for (const text of [ed25519, `${ed25519} me@home`, `  ${ed25519}  a comment with spaces \n`])
      expect(parseSshKey(text)).toEqual(kept)
  })

  it('may be Ed25519, ECDSA or RSA', () => {
    for (const text of [freshKey(), ecdsa(256), ecdsa(521), rsa(2048)])
      expect(parseSshKey(text), text).toHaveProperty('fingerprint')
  })

  it('is refused when it is weak, private, of another kind, or no key', () => {
    expect(fault(rsa(1024))).toBe('ssh_key_weak')
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' })
    expect(fault(String(pem))).toBe('ssh_key_private')
    expect(fault(utils.generateKeyPairSync('ed25519').private)).toBe('ssh_key_private')
    expect(fault('ssh-dss AAAAB3NzaC1kc3MAAACB')).toBe('ssh_key_type')
    for (const text of [
      '',
      'hello',
      'ssh-ed25519',
      'ssh-ed25519 AAAA',
      `${ed25519}\n${ed25519}`,
      `${ed25519} a\nssh-ed25519 b`,
      `command="rm -rf /" ${ed25519}`,
      `no-pty ${ed25519}`,
      ed25519.replace('ssh-ed25519', 'ssh-rsa'),
      `${ed25519.slice(0, -4)}`,
      `${ed25519}AAAA`,
      `${ed25519} nul\u0000`,
    ])
      expect(fault(text), text).toBe('ssh_key_malformed')
  })

  it('that is accepted is one line of two words, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (before, after) => {
        const parsed = parseSshKey(`${before}${ed25519}${after}`)
        if ('publicKey' in parsed) expect(parsed.publicKey).toMatch(/^[a-z0-9-]+ [A-Za-z0-9+/]+=*$/)
      }),
    )
  })
})

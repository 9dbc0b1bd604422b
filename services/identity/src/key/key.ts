import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/** A signing key that is published as soon as it exists and signs from `signsFrom` on. */
export type Scheduled = { kid: string; signsFrom: Date }

/** A key signs this long; it is published this long before; it stays published this long after it signed last. */
export const keyLifeMs = 30 * 86_400_000
export const keyLeadMs = 3_600_000
export const keyKeepMs = 2 * 3_600_000

/** The key that signs at real time `now`: the newest of those that may; undefined when there is none. */
export const signingAt = <K extends Scheduled>(keys: readonly K[], now: Date): K | undefined =>
  keys
    .filter(key => key.signsFrom <= now)
    .sort(byStart)
    .at(-1)

const byStart = (one: Scheduled, other: Scheduled): number => one.signsFrom.getTime() - other.signsFrom.getTime()

/** What the table of keys needs at `now`: a new key that signs from `make`, and the keys nobody can need any more. */
export function planKeys(keys: readonly Scheduled[], now: Date): { make: Date | null; drop: string[] } {
  const ordered = [...keys].sort(byStart)
  const newest = ordered.at(-1)
  if (!newest) return { make: now, drop: [] }
  const nextAt = newest.signsFrom.getTime() + keyLifeMs
  const due = nextAt - keyLeadMs <= now.getTime()
  const drop = ordered.filter((_key, at) => {
    const successor = ordered[at + 1]
    return successor !== undefined && successor.signsFrom.getTime() + keyKeepMs <= now.getTime()
  })
  return {
    make: due ? new Date(Math.max(nextAt, now.getTime() + keyLeadMs)) : null,
    drop: drop.map(key => key.kid),
  }
}

const sealKey = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'sahary signing keys', 32))

/** `text` under AES-256-GCM with a key from `secret`; `nonce` is 12 random bytes, never used twice. */
export function seal(secret: string, nonce: Uint8Array, text: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', sealKey(secret), nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** The inverse of `seal`; throws when the secret is another or a bit was changed. */
export function unseal(secret: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv('aes-256-gcm', sealKey(secret), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}

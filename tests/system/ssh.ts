import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'

/** Where the API says a VM answers. */
export type SshAddress = { host: string; port: number; user?: string }

/** A fresh ed25519 key pair in OpenSSH form, as `ssh-keygen` would make it. */
export function newKey(): { public: string; private: string } {
  const key = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'customer' })
  // One in some 256 keys that ssh2 makes lacks a leading zero and is none (parseKey says so too): make another.
  return ssh2.utils.parseKey(key.public) instanceof Error ? newKey() : key
}

/**
 * Runs one command in a VM over TCP with the customer's key.
 * Gives what it printed, its exit code, and the SHA-256 fingerprint of the host key that the VM showed.
 */
export function run(
  address: SshAddress,
  privateKey: string,
  command: string,
): Promise<{ out: string; code: number; hostKey: string }> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    let hostKey = ''
    client.on('error', reject)
    client.on('ready', () => {
      client.exec(command, (error, channel) => {
        if (error) return reject(error)
        let out = ''
        channel.on('data', (chunk: Buffer) => {
          out += chunk.toString()
        })
        channel.stderr.on('data', (chunk: Buffer) => {
          out += chunk.toString()
        })
        channel.on('close', (code: number) => {
          client.end()
          resolve({ out, code, hostKey })
        })
      })
    })
    client.connect({
      host: address.host,
      port: address.port,
      username: address.user ?? 'root',
      privateKey,
      readyTimeout: 10_000,
      hostVerifier: (key: Buffer) => {
        hostKey = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
        return true
      },
    })
  })
}

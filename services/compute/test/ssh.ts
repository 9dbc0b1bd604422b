import { generateKeyPairSync } from 'node:crypto'
import { Client, utils } from 'ssh2'

/** A customer's key pair: what they keep, and what they give us. */
export function sshKeyPair(): { privateKey: string; publicKey: string } {
  const { private: privateKey, public: publicKey } = utils.generateKeyPairSync('ed25519')
  // One in some 256 keys that ssh2 makes lacks a leading zero and is none (parseKey says so too): make another.
  return utils.parseKey(publicKey) instanceof Error ? sshKeyPair() : { privateKey, publicKey }
}

/** A private key that no VM knows. */
export const strangerKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

/** Runs a command by SSH over TCP as root and gives what it printed and the host key's fingerprint. */
export function ssh(
  to: { host: string; port: number },
  privateKey: string,
  command: string,
): Promise<{ text: string; hostKey: string; status: number | null }> {
  return new Promise((resolve, reject) => {
    const client = new Client()
    let hostKey = ''
    client
      .on('ready', () => {
        client.exec(command, (fault, channel) => {
          if (fault) return reject(fault)
          let text = ''
          channel.on('data', (chunk: Buffer) => {
            text += chunk
          })
          channel.stderr.on('data', (chunk: Buffer) => {
            text += chunk
          })
          channel.on('close', (status: number | null) => {
            client.end()
            resolve({ text, hostKey, status })
          })
        })
      })
      .on('error', reject)
      .connect({
        host: to.host,
        port: to.port,
        username: 'root',
        privateKey,
        readyTimeout: 5000,
        hostHash: 'sha256',
        hostVerifier: (hash: string) => {
          hostKey = `SHA256:${Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')}`
          return true
        },
      })
  })
}

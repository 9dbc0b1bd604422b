import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer, connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A wire to an engine that can be cut or fall silent: a stopped engine still accepts connections. */
export async function wireTo(address: string): Promise<{
  address: string
  mode: (mode: 'open' | 'silent' | 'cut') => void
  close: () => Promise<void>
}> {
  const path = join(tmpdir(), `sahary-wire-${randomBytes(4).toString('hex')}.sock`)
  const sockets = new Set<Socket>()
  let mode: 'open' | 'silent' | 'cut' = 'open'
  const server = createServer(near => {
    sockets.add(near)
    near.on('error', () => undefined).on('close', () => sockets.delete(near))
    if (mode === 'cut') return void near.destroy()
    if (mode === 'silent') return
    const far = dial(new URL(address).pathname)
    sockets.add(far)
    far.on('error', () => near.destroy()).on('close', () => sockets.delete(far))
    near.pipe(far).pipe(near)
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    address: `unix://${path}`,
    mode: next => {
      mode = next
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
      rmSync(path, { force: true })
    },
  }
}

import { randomInt } from 'node:crypto'
import { connect, createServer } from 'node:net'

/** True when nobody listens on loopback's `port` now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

/** Keeps a port from everybody else until it is released: a platform draws its ports long before its programs listen. */
function holdPort(port: number): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const holder = createServer(socket => socket.destroy())
    holder.once('error', reject)
    holder.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      resolve(() => new Promise(done => holder.close(() => done()))),
    )
  })
}

/** Draws until a port is ours: another launcher may take one between our look at it and our hold. */
export async function holdDrawn(draw: () => Promise<number>): Promise<{ port: number; free: () => Promise<void> }> {
  for (;;) {
    const port = await draw()
    try {
      return { port, free: await holdPort(port) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
}

/**
 * A TCP port on loopback that nobody uses now. Drawn below the range from which the kernel takes the ports of outgoing
 * connections: a kept port must still be free at the next start.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(15_000, 32_000)
    if (await isFree(port)) return port
  }
  throw new Error('no free port between 15000 and 32000')
}

/** True when something accepts TCP connections at `host:port` within a second. */
export function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host, timeout: 1_000 })
    const done = (ok: boolean) => {
      socket.destroy()
      resolve(ok)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('timeout', () => done(false))
  })
}

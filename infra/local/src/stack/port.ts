import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { type EventEmitter, once } from 'node:events'
import { connect, createServer } from 'node:net'

/** True when nobody listens on loopback's `port` now, and no platform has marked it. */
export async function isFree(port: number): Promise<boolean> {
  try {
    const held = await hold(port)
    await held.free()
    held.unmark()
    return true
  } catch {
    return false
  }
}

/** A port that is ours: from everybody until `free`d for a program of ours, from other platforms until `unmark`ed. */
export type Held = { port: number; free: () => Promise<void>; unmark: () => void }

/**
 * A platform draws its ports long before its programs listen, and between `free` and their listening nobody does. So the
 * same number of UDP, which nobody here speaks, is kept as a mark that other launchers see; it goes with the process.
 */
async function hold(port: number): Promise<Held> {
  const mark = createSocket('udp4').unref()
  const holder = createServer(socket => socket.destroy())
  try {
    await bound(mark, () => mark.bind({ port, address: '127.0.0.1', exclusive: true }))
    await bound(holder, () => holder.listen({ port, host: '127.0.0.1', exclusive: true }))
  } catch (error) {
    mark.close()
    throw error
  }
  return { port, free: () => new Promise(done => holder.close(() => done())), unmark: () => mark.close() }
}

async function bound(socket: EventEmitter, bind: () => unknown): Promise<void> {
  const listening = once(socket, 'listening')
  bind()
  await listening
}

/** Draws until a port is ours: another launcher may take one between our look at it and our hold. */
export async function holdDrawn(draw: () => Promise<number>): Promise<Held> {
  for (;;) {
    try {
      return await hold(await draw())
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

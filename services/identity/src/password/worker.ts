import { parentPort } from 'node:worker_threads'
import bcrypt from 'bcryptjs'

/** One piece of work: make a hash of `text`, or compare it with one. */
export type Work = { text: string; cost: number } | { text: string; hash: string }

// bcryptjs in pure JavaScript blocks its thread for a quarter of a second at cost 12: this thread has nothing else to do.
parentPort?.on('message', (work: Work) => {
  const done = 'hash' in work ? bcrypt.compareSync(work.text, work.hash) : bcrypt.hashSync(work.text, work.cost)
  parentPort?.postMessage(done)
})

/** Does a person's work and ends this process with its code, or with what went wrong in one line. */
export async function ending(work: () => Promise<number>): Promise<never> {
  followParent()
  try {
    process.exit(await work())
  } catch (error) {
    console.error(process.env.LOG_LEVEL === 'debug' ? error : error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

/** npm may be killed without passing anything on: then nobody wants this any more. */
function followParent(): void {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), 500).unref()
}

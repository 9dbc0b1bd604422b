import type Docker from 'dockerode'

/** A registry that has not begun to answer by then is not there. */
const registryMs = 20_000

/** An image that the engine has; `variables` are those it sets for its processes. */
export type Image = { reference: string; variables: Record<string, string> }

/** The engine's image of that name, and the recipe that it says it was made by. */
export async function look(
  docker: Docker,
  reference: string,
): Promise<(Image & { recipe: string | undefined }) | undefined> {
  try {
    const { Config } = await docker.getImage(reference).inspect()
    const variables = (Config.Env ?? []).map(line => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ])
    return { reference, variables: Object.fromEntries(variables), recipe: Config.Labels?.['sahary.recipe'] }
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined
    throw error
  }
}

/** Gets an image from its registry; undefined when none answers or has it. */
export async function pull(
  docker: Docker,
  reference: string,
  tell: (line: string) => void,
): Promise<Image | undefined> {
  // Bounds the wait for the first word only: a slow registry may take its time.
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), registryMs)
  try {
    const progress = await docker.pull(reference, { abortSignal: patience.signal })
    clearTimeout(timer)
    tell(`pulling ${reference} …`)
    await finished(docker, progress)
    return await look(docker, reference)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

/** Waits for the end of what the engine tells line by line; rejects when one of the lines is an error. */
export const finished = (docker: Docker, stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, told: { error?: string }[]) => {
      const fault = told?.find(line => line.error)?.error
      if (error || fault) reject(error ?? new Error(fault))
      else resolve()
    })
  })

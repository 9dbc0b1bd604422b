const breathMs = 400

const breath = (): Promise<void> => new Promise(resolve => setTimeout(resolve, breathMs))

/**
 * Tries once more when the connection broke before an answer came (a phone between two networks). Only for what may be
 * asked twice: reading, what carries an idempotency key, and what is unique by itself.
 */
export async function steady(ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask()
  } catch (error) {
    // An abort is somebody's wish; anything else that fetch throws is the network.
    if (!(error instanceof TypeError)) throw error
    await breath()
    return ask()
  }
}

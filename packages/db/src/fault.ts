type PgFault = { code?: string; constraint?: string; message?: string }

const refusedByData = new Set(['23505', '23503', '23514', '23P01', '23502'])
// Whole classes of PostgreSQL (connection, resources, shutdown), then one by one: 55P03 is a lock that did not come in
// time, 57014 a statement that took too long, 25P03 a transaction that stood still.
const unavailable = /^(08|53|57P0)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|55P03|57014|25P03)$/
const unavailableText = /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/

/** The name of the constraint that refused a row (unique, foreign key, check, exclusion), or undefined. */
export function constraintOf(error: unknown): string | undefined {
  const { code, constraint } = asFault(error)
  return code !== undefined && refusedByData.has(code) ? constraint : undefined
}

/** True when the database could not be reached or asked to try later; nothing is known about the data. */
export function isUnavailable(error: unknown): boolean {
  const { code = '', message = '' } = asFault(error)
  return unavailable.test(code) || unavailableText.test(message)
}

function asFault(error: unknown): PgFault {
  return typeof error === 'object' && error !== null ? (error as PgFault) : {}
}

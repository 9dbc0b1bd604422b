import { getJson } from '@sahary/http/outgoing'
import type { Part } from '../proxy/parts.ts'
import { mergeOpenApi, type OpenApi } from './openapi.ts'

const patienceMs = 2000
const freshMs = 60_000
const incompleteFreshMs = 2000

/** The description of the whole API, put together from the services' own; a service that is down is missing for now. */
export function describeAll(parts: readonly Part[], own: () => OpenApi): () => Promise<OpenApi> {
  let known: Promise<OpenApi> | null = null
  let freshUntil = 0
  const compose = async (): Promise<OpenApi> => {
    const described = await Promise.all(parts.map(describe))
    const present = described.flatMap((document, index) =>
      document ? [{ name: parts[index]!.name as string, document }] : [],
    )
    if (present.length < parts.length) freshUntil = Date.now() + incompleteFreshMs
    return mergeOpenApi([{ name: 'gateway', document: own() }, ...present])
  }
  return () => {
    if (known && Date.now() < freshUntil) return known
    freshUntil = Date.now() + freshMs
    known = compose()
    return known
  }
}

async function describe({ opsUrl }: Part): Promise<OpenApi | null> {
  if (!opsUrl) return null
  const url = `${opsUrl}/internal/openapi.json`
  return getJson(url, { timeoutMs: patienceMs }).then(
    document => document as OpenApi,
    () => null,
  )
}

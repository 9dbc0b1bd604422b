import { isCollecting, withSpan } from '@sahary/observability/tracing'

/** A span for what is asked of the database, where somebody collects them. `text` is SQL without anybody's values. */
export function traced<T>(text: string, ask: () => Promise<T>): Promise<T> {
  if (!isCollecting()) return ask()
  const bare = text.replace(/\/\*.*?\*\//g, '').trim()
  const operation = /^\w+/.exec(bare)?.[0].toUpperCase() ?? 'query'
  return withSpan(operation, { 'db.system.name': 'postgresql', 'db.query.text': bare }, ask)
}

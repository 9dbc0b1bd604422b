import { eachMapping, type TraceMap } from '@jridgewell/trace-mapping'

/** What V8 tells of one function of a script: ranges of its text by UTF-16 offset, the whole function first. */
export type CountedFunction = { ranges: readonly { startOffset: number; endOffset: number; count: number }[] }

/** A script as the browser got it, and the map to its sources. */
export type Script = { text: string; map: TraceMap }

/** A place in a source, as one number that orders as the text does. Lines from 1, columns from 0; null is a line's end. */
export const placeAt = (line: number, column: number | null): number => line * 100_000 + (column ?? 99_999)

/** A statement of a source: it counts as executed when any place inside it was. */
export type Statement = { start: Position; end: Position }
type Position = { line: number; column: number | null }

/** Adds the places of each source that a run of the script reached. Minified code keeps them through its map. */
export function addExecuted(
  executed: Map<string, Set<number>>,
  { text, map }: Script,
  functions: readonly CountedFunction[],
): void {
  const countAt = counter(functions)
  const lineStarts = startsOfLines(text)
  eachMapping(map, ({ generatedLine, generatedColumn, source, originalLine, originalColumn }) => {
    const count = countAt(lineStarts[generatedLine - 1]! + generatedColumn)
    if (source === null || count === 0) return
    const places = executed.get(source) ?? new Set()
    executed.set(source, places.add(placeAt(originalLine, originalColumn)))
  })
}

/** Whether the run reached a statement. */
export function isExecuted({ start, end }: Statement, places: Iterable<number>): boolean {
  const first = placeAt(start.line, start.column)
  const last = placeAt(end.line, end.column)
  for (const place of places) if (place >= first && place <= last) return true
  return false
}

/** Counts at growing offsets: V8's ranges nest, and the innermost one is right. */
function counter(functions: readonly CountedFunction[]): (offset: number) => number {
  const ranges = functions.flatMap(({ ranges }) => ranges)
  ranges.sort((one, other) => one.startOffset - other.startOffset || other.endOffset - one.endOffset)
  const open: typeof ranges = []
  let next = 0
  return offset => {
    while (next < ranges.length && ranges[next]!.startOffset <= offset) open.push(ranges[next++]!)
    while (open.length > 0 && open.at(-1)!.endOffset <= offset) open.pop()
    return open.at(-1)?.count ?? 0
  }
}

function startsOfLines(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

import { basename } from 'node:path'
import { serviceNames } from '@sahary/contracts/services'

/** The lines of one source that can be executed, each with how often tests did. The path is the repository's. */
export type Measured = { path: string; lines: Readonly<Record<string, number>> }

/** At least so many per cent of the lines of these sources are executed by tests; with `each`, of every single one. */
export type Limit = { name: string; least: number; each?: true; covers: (path: string) => boolean }

/** A limit and what was found. A limit over nothing is missed: its sources were not measured. */
export type Verdict = Figures & { name: string; least: number; met: boolean; short: Shortfall[] }
type Figures = { covered: number; total: number }

/** A source that pulls its limit down, and the lines that no test executed. */
export type Shortfall = Figures & { path: string; missing: number[] }

const edges = ['routes.ts', 'consumers.ts', 'jobs.ts', 'actions.ts', 'store.ts']

/** A file of a slice that is none of the five roles: values in, values out. */
export const isDomain = (path: string): boolean =>
  /^services\/(?!portal\/)[^/]+\/src\/[^/]+\/.+\.ts$/.test(path) && !edges.includes(basename(path))

/** What `npm test` insists on. */
export const limits: readonly Limit[] = [
  { name: 'domain files', least: 95, each: true, covers: isDomain },
  ...serviceNames.map(name => ({
    name,
    least: 90,
    covers: (path: string) => path.startsWith(`services/${name}/src/`),
  })),
  { name: 'portal', least: 80, covers: path => path.startsWith('services/portal/src/') },
]

/** Holds what was measured against each limit. Exact: nothing is rounded up to a limit. */
export const judge = (measured: readonly Measured[], asked: readonly Limit[] = limits): Verdict[] =>
  asked.map(({ name, least, each, covers }) => {
    const enough = ({ covered, total }: Figures) => covered * 100 >= least * total
    const sources = measured.filter(({ path }) => covers(path)).map(shortfallOf)
    const covered = sources.reduce((sum, source) => sum + source.covered, 0)
    const total = sources.reduce((sum, source) => sum + source.total, 0)
    const short = sources.filter(source => (each ? !enough(source) : source.missing.length > 0))
    short.sort((one, other) => other.missing.length - one.missing.length)
    const met = total > 0 && (each ? short.length === 0 : enough({ covered, total }))
    return { name, least, covered, total, met, short }
  })

function shortfallOf({ path, lines }: Measured): Shortfall {
  const numbers = Object.keys(lines).map(Number)
  const missing = numbers.filter(line => !lines[line]).sort((one, other) => one - other)
  return { path, covered: numbers.length - missing.length, total: numbers.length, missing }
}

/** Per cent to one place, rounded down, so that a missed limit never looks met. */
export const percent = (covered: number, total: number): string =>
  total === 0 ? '–' : (Math.floor((covered * 1000) / total) / 10).toFixed(1)

/** One line per limit; under a missed one the ten sources that miss most, and where. */
export const tableOf = (verdicts: readonly Verdict[]): string =>
  verdicts
    .flatMap(({ name, least, covered, total, met, short }) => [
      `${name.padEnd(13)}${percent(covered, total).padStart(6)} % of ${String(total).padStart(5)} lines, at least ${least} %${met ? '' : '  MISSED'}`,
      ...(met ? [] : short.slice(0, 10).map(({ path, missing }) => `    ${path}: ${missing.join(' ')}`)),
    ])
    .join('\n')

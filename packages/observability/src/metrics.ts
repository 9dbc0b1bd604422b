import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The metrics of this process; there is one registry per process. */
export const registry = new Registry()

/** Names the process in every metric and starts collecting what Node knows about itself. A second call changes nothing. */
export function createMetrics(service: string): Registry {
  registry.setDefaultLabels({ service })
  if (!registry.getSingleMetric('nodejs_version_info')) collectDefaultMetrics({ register: registry })
  return registry
}

/** The counter called `name`, made when it is first asked for. Labels are few and closed: no ids. */
export const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
  (registry.getSingleMetric(name) as Counter<L> | undefined) ??
  new Counter({ name, help, labelNames, registers: [registry] })

/** The gauge called `name`, made when it is first asked for. */
export const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
  (registry.getSingleMetric(name) as Gauge<L> | undefined) ??
  new Gauge({ name, help, labelNames, registers: [registry] })

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10]

/** The histogram of seconds called `name`, made when it is first asked for. */
export const secondsHistogram = <L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Histogram<L> =>
  (registry.getSingleMetric(name) as Histogram<L> | undefined) ??
  new Histogram({ name, help, labelNames, buckets: secondsBuckets, registers: [registry] })

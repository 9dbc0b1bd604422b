/** A service, the nouns it alone may speak of, and the nouns it hears. */
export type Speaker = { says: readonly string[]; hears: readonly string[] }

/**
 * Who says and who hears what. One JetStream stream per service that says anything, named by `streamOf`;
 * one durable consumer per hearing service and noun, named by `durableOf`. The broker's permissions are
 * generated from this table.
 */
export const services = {
  gateway: { says: [], hears: ['session', 'user'] },
  identity: {
    says: ['user', 'session', 'account', 'token', 'security'],
    hears: ['billing_account', 'compute_security', 'billing_security', 'solar_security', 'repairs_security'],
  },
  compute: {
    says: ['vm', 'host', 'compute_security'],
    hears: ['power', 'forecast', 'diagnosis', 'budget', 'billing_account', 'session', 'user', 'repair'],
  },
  metering: { says: ['usage'], hears: ['vm', 'energy', 'session', 'user'] },
  billing: {
    says: ['invoice', 'payment', 'credit_note', 'budget', 'billing_account', 'billing_security'],
    hears: ['usage', 'account', 'quote', 'repair', 'session', 'user'],
  },
  solar: {
    says: ['power', 'energy', 'inverter', 'backup', 'forecast', 'diagnosis', 'solar_security'],
    hears: ['vm', 'device', 'session', 'user'],
  },
  repairs: {
    says: ['device', 'repair', 'quote', 'repairs_security'],
    hears: ['diagnosis', 'invoice', 'session', 'user'],
  },
  notification: {
    says: ['notification'],
    hears: [
      'user',
      'session',
      'account',
      'token',
      'security',
      'vm',
      'host',
      'power',
      'inverter',
      'backup',
      'diagnosis',
      'invoice',
      'payment',
      'credit_note',
      'budget',
      'billing_account',
      'device',
      'repair',
      'quote',
    ],
  },
} as const satisfies Record<string, Speaker>

export type ServiceName = keyof typeof services
export const serviceNames = Object.keys(services) as ServiceName[]

/** The JetStream stream of a speaking service. */
export const streamOf = (service: ServiceName): string => service.toUpperCase()

/** The durable consumer with which `service` hears `noun`. */
export const durableOf = (service: ServiceName, noun: string): string => `${service}--${noun}`

/** The service that says events about `noun`. */
export function speakerOf(noun: string): ServiceName {
  const found = serviceNames.find(name => (services[name].says as readonly string[]).includes(noun))
  if (!found) throw new Error(`no service says ${noun}.*`)
  return found
}

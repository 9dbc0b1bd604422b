import type { EventType } from './events.ts'

/** A service, the nouns it alone may speak of, and the nouns it hears durably: once, by one of its replicas. */
export type Speaker = { says: readonly string[]; hears: readonly string[] }

/**
 * Who says and who hears what. One JetStream stream per service that says anything, named by `streamOf`;
 * one durable consumer per hearing service and noun, named by `durableOf`. The broker's permissions are
 * generated from this table.
 */
export const services = {
  gateway: { says: [], hears: [] },
  identity: {
    says: ['user', 'session', 'account', 'token', 'security'],
    hears: ['billing_account', 'compute_security', 'billing_security', 'solar_security', 'repairs_security'],
  },
  compute: {
    says: ['vm', 'host', 'compute_security'],
    hears: ['power', 'forecast', 'diagnosis', 'budget', 'billing_account', 'user', 'repair'],
  },
  metering: { says: ['usage'], hears: ['vm', 'energy'] },
  billing: {
    says: ['invoice', 'payment', 'credit_note', 'budget', 'billing_account', 'billing_security'],
    hears: ['usage', 'account', 'quote', 'repair'],
  },
  solar: {
    says: ['power', 'energy', 'inverter', 'backup', 'forecast', 'diagnosis', 'solar_security'],
    hears: ['vm', 'device'],
  },
  repairs: {
    says: ['device', 'repair', 'quote', 'repairs_security'],
    hears: ['diagnosis', 'invoice', 'user'],
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

/** With these identity takes tokens back: every replica of every other service hears them, by consumers of its own. */
export const revokingTypes = [
  'session.revoked',
  'user.deactivated',
  'user.roles_changed',
] as const satisfies readonly EventType[]
export type RevokingType = (typeof revokingTypes)[number]

/** The services that hear events of `type`, durably or at each replica. */
export function hearersOf(type: EventType): ServiceName[] {
  const noun = type.split('.', 1)[0]!
  const revoking = (revokingTypes as readonly string[]).includes(type)
  return serviceNames.filter(
    name => (services[name].hears as readonly string[]).includes(noun) || (revoking && name !== speakerOf(noun)),
  )
}

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

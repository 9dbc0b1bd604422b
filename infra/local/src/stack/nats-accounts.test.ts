import { serviceNames, services } from '@sahary/contracts/services'
import { expect, test } from 'vitest'
import { permissionsOf } from './nats-accounts.ts'

test('no two services may publish the same noun', () => {
  const owners = new Map<string, string>()
  for (const service of serviceNames) {
    for (const subject of permissionsOf(service).publish.allow.filter(each => /^[a-z_]+\.>$/.test(each))) {
      expect(owners.get(subject), subject).toBeUndefined()
      owners.set(subject, service)
    }
  }
  expect(owners.size).toBe(serviceNames.flatMap(name => services[name].says).length)
})

test('nobody may publish everything, purge or delete a stream', () => {
  for (const service of serviceNames) {
    const { allow } = permissionsOf(service).publish
    expect(allow.filter(subject => /^(>|\*|\$JS\.>|\$JS\.API\.>)|PURGE|STREAM\.(DELETE|UPDATE)/.test(subject))).toEqual(
      [],
    )
  }
})

test('nobody hears more by plain subscription than answers and the clock', () => {
  for (const service of serviceNames) {
    const rest = permissionsOf(service).subscribe.filter(subject => !subject.startsWith('control.clock'))
    expect(rest).toEqual([`_INBOX_${service}.>`])
  }
})

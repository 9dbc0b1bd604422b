import { expect, test } from 'vitest'
import { firewallRules } from './firewall.ts'

const pool = '10.77.0.0/16'
const { input, forward, nat } = firewallRules(pool, ['10.0.0.53'])
const text = (rules: string[][]): string[] => rules.map(rule => rule.join(' '))

test('the host answers a VM only in conversations that the host began', () => {
  expect(text(input)).toEqual([`-s ${pool} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`, `-s ${pool} -j DROP`])
})

test('what crosses from one account’s network to another is dropped before anything could let it through', () => {
  const rules = text(forward)
  const dropped = rules.indexOf(`-s ${pool} -d ${pool} -j DROP`)
  const laterAccepts = rules.slice(0, dropped).filter(rule => rule.endsWith('ACCEPT'))
  expect(laterAccepts.every(rule => /ESTABLISHED|physdev-is-bridged/.test(rule))).toBe(true)
})

test('link-local and private networks are closed, the resolver among them excepted', () => {
  const rules = text(forward)
  const resolver = rules.indexOf(`-s ${pool} -d 10.0.0.53 -p udp --dport 53 -j ACCEPT`)
  for (const network of ['169.254.0.0/16', '10.0.0.0/8', '192.168.0.0/16']) {
    expect(rules.indexOf(`-s ${pool} -d ${network} -j DROP`), network).toBeGreaterThan(resolver)
  }
  expect(rules.at(-1)).toBe(`-s ${pool} -j ACCEPT`)
})

test('only what leaves for the world is translated', () => {
  expect(text(nat)).toEqual([`-s ${pool} ! -d ${pool} -j MASQUERADE`])
})

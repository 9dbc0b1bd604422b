import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { findCommand, isRoot } from './install.ts'

const run = promisify(execFile)

export type FirewallOptions = {
  /** Addresses of this platform's VMs. */
  pool: string
  /** At most eight letters and digits; names the chains, so that two platforms on one machine do not meet. */
  tag: string
}

/** Rules of one chain, without `-A <chain>`; pure, so that a reader and a test see them as they are. */
export type FirewallRules = { input: string[][]; forward: string[][]; nat: string[][] }

/** Never reached from a VM: link-local (cloud metadata), private networks of the site, multicast. */
const closed = ['169.254.0.0/16', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '224.0.0.0/4']

/**
 * What VMs may do: answer whoever reached them, talk within their own network, reach the internet and the resolvers.
 * The host, other accounts' networks, the site's own network and link-local addresses do not answer.
 */
export function firewallRules(pool: string, resolvers: readonly string[]): FirewallRules {
  const answers = ['-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT']
  return {
    input: [
      ['-s', pool, ...answers],
      ['-s', pool, '-j', 'DROP'],
    ],
    forward: [
      ['-s', pool, ...answers],
      ['-d', pool, ...answers],
      // Frames that stay on one bridge belong to one account's network; what crosses bridges is routed.
      ['-s', pool, '-d', pool, '-m', 'physdev', '--physdev-is-bridged', '-j', 'ACCEPT'],
      ['-s', pool, '-d', pool, '-j', 'DROP'],
      // A published port that an engine with rules of its own has translated; nothing else comes in from outside.
      ['-d', pool, '-m', 'conntrack', '--ctstate', 'DNAT', '-j', 'ACCEPT'],
      ['-d', pool, '-j', 'DROP'],
      ...resolvers.flatMap(address => [
        ['-s', pool, '-d', address, '-p', 'udp', '--dport', '53', '-j', 'ACCEPT'],
        ['-s', pool, '-d', address, '-p', 'tcp', '--dport', '53', '-j', 'ACCEPT'],
      ]),
      ...closed.map(network => ['-s', pool, '-d', network, '-j', 'DROP']),
      ['-s', pool, '-j', 'ACCEPT'],
    ],
    nat: [['-s', pool, '!', '-d', pool, '-j', 'MASQUERADE']],
  }
}

/** Puts the rules in force in chains of our own; the answer takes them away again. Says why when it cannot. */
export async function raiseFirewall(
  options: FirewallOptions,
): Promise<{ stop: () => Promise<void> } | { why: string }> {
  if (!isRoot()) return { why: 'only root can close the host to VMs' }
  const iptables = await workingIptables()
  if (!iptables) return { why: 'no iptables works on this machine' }
  await lower(iptables, options)
  const rules = firewallRules(options.pool, resolvers())
  try {
    for (const chain of chains(options)) {
      await iptables('-t', chain.table, '-N', chain.name)
      for (const rule of rules[chain.kind]) await iptables('-t', chain.table, '-A', chain.name, ...rule)
      await iptables('-t', chain.table, '-I', chain.parent, '1', '-j', chain.name)
    }
  } catch (error) {
    await lower(iptables, options)
    return { why: `iptables refused a rule: ${error instanceof Error ? error.message : error}` }
  }
  return { stop: () => lower(iptables, options) }
}

/** Takes away what `raiseFirewall` put in force and a launcher that was killed left there. */
export async function lowerFirewall(options: FirewallOptions): Promise<void> {
  const iptables = isRoot() ? await workingIptables() : undefined
  if (iptables) await lower(iptables, options)
}

const chains = ({ tag }: FirewallOptions) =>
  [
    { kind: 'input', table: 'filter', parent: 'INPUT', name: `SAHARY-IN-${tag}` },
    { kind: 'forward', table: 'filter', parent: 'FORWARD', name: `SAHARY-FWD-${tag}` },
    { kind: 'nat', table: 'nat', parent: 'POSTROUTING', name: `SAHARY-NAT-${tag}` },
  ] as const

type Iptables = (...args: string[]) => Promise<unknown>

/** Takes our chains away, however much of them is there. */
async function lower(iptables: Iptables, options: FirewallOptions): Promise<void> {
  for (const { table, parent, name } of chains(options)) {
    const steps = [
      ['-D', parent, '-j', name],
      ['-F', name],
      ['-X', name],
    ]
    for (const step of steps) await iptables('-t', table, ...step).catch(() => {})
  }
}

/** Kernels know one of the two families or both; the first that can list and write a chain is used. */
async function workingIptables(): Promise<Iptables | undefined> {
  for (const name of ['iptables', 'iptables-nft', 'iptables-legacy']) {
    const command = findCommand(name)
    if (!command) continue
    const iptables: Iptables = (...args) => run(command, ['-w', '5', ...args])
    try {
      await iptables('-t', 'nat', '-S', 'POSTROUTING')
      await iptables('-S', 'FORWARD')
      return iptables
    } catch {
      // This family is not in the kernel.
    }
  }
  return undefined
}

function resolvers(): string[] {
  const lines = readFileSync('/etc/resolv.conf', 'utf8').split('\n')
  return lines.flatMap(line => /^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)/.exec(line)?.[1] ?? [])
}

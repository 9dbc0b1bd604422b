import { describe, expect, it } from 'vitest'
import { type ContainerPlan, containerBody, nanoCpusOf, networkBody, networkName } from './container.ts'

const plan: ContainerPlan = {
  name: 'sahary-7-1',
  hostname: 'web',
  reference: 'sahary/tiny:current',
  networkName: networkName(3),
  address: '10.9.0.2',
  spec: { vcpus: 2, memoryMib: 512 },
  processes: 100,
  capped: false,
  labels: { 'sahary.installation': 'i', 'sahary.vm': '7', 'sahary.account': '1', 'sahary.incarnation': '1' },
}

describe('what the engine is told', () => {
  it('is a closed list: no binds, no privileges, no devices, no swap, no restarts', () => {
    const { HostConfig } = containerBody(plan)
    expect(Object.keys(HostConfig).sort()).toEqual(
      'CapAdd CapDrop Init LogConfig Memory MemorySwap NanoCpus NetworkMode PidsLimit Privileged RestartPolicy SecurityOpt Tmpfs'.split(
        ' ',
      ),
    )
    expect(HostConfig).toMatchObject({
      Privileged: false,
      CapDrop: ['ALL'],
      PidsLimit: 100,
      RestartPolicy: { Name: 'no' },
    })
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory)
    expect(HostConfig.CapAdd).toHaveLength(9)
  })

  it('halves the processors of a capped VM', () => {
    expect(containerBody(plan).HostConfig.NanoCpus).toBe(2e9)
    expect(containerBody({ ...plan, capped: true }).HostConfig.NanoCpus).toBe(1e9)
    expect(nanoCpusOf(1, true)).toBe(5e8)
  })

  it('gives each VM its address in its account’s network', () => {
    expect(containerBody(plan).NetworkingConfig.EndpointsConfig).toEqual({
      'sahary-net-3': { IPAMConfig: { IPv4Address: '10.9.0.2' } },
    })
    expect(networkBody('n', '10.9.0.0/28', 'i')).toMatchObject({
      IPAM: { Config: [{ Subnet: '10.9.0.0/28' }] },
      EnableIPv6: false,
    })
  })
})

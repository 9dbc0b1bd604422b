/** A host of a site as placement sees it, with what its VMs reserve already. */
export type Candidate = {
  id: number
  cores: number
  images: readonly string[]
  sellable: Size
  reserved: Size
}
export type Size = { vcpus: number; memoryMib: number; diskGib: number }

/** Why there is no host, the nearest miss last. */
export type NoHost = 'no_host' | 'image_missing' | 'host_full'

const fits = (host: Candidate, size: Size): boolean =>
  size.vcpus <= host.cores &&
  host.reserved.vcpus + size.vcpus <= host.sellable.vcpus &&
  host.reserved.memoryMib + size.memoryMib <= host.sellable.memoryMib &&
  host.reserved.diskGib + size.diskGib <= host.sellable.diskGib

const freeMemory = (host: Candidate): number => host.sellable.memoryMib - host.reserved.memoryMib

/** The host with the most free memory that has the image and room for `size`; the oldest of equals. */
export function place(
  hosts: readonly Candidate[],
  size: Size,
  image: string,
): { hostId: number } | { refused: NoHost } {
  if (hosts.length === 0) return { refused: 'no_host' }
  const ready = hosts.filter(host => host.images.includes(image))
  if (ready.length === 0) return { refused: 'image_missing' }
  const [best] = ready.filter(host => fits(host, size)).sort((a, b) => freeMemory(b) - freeMemory(a) || a.id - b.id)
  return best ? { hostId: best.id } : { refused: 'host_full' }
}

/** What a host may sell: processors times over-commitment, memory less what the platform keeps. */
export function sellableOf(
  engine: { cores: number; memoryMib: number },
  rules: { cpuOvercommit: number; reservedMemoryMib: number; diskGib: number },
): Size {
  return {
    vcpus: Math.max(1, Math.floor(engine.cores * rules.cpuOvercommit)),
    memoryMib: Math.max(0, engine.memoryMib - rules.reservedMemoryMib),
    diskGib: rules.diskGib,
  }
}

/** Bits of an account's network: sixteen addresses, thirteen of them for VMs. */
const prefix = 28
const size = 2 ** (32 - prefix)

const toNumber = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
const toAddress = (value: number): string => [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')

const parse = (cidr: string): { start: number; count: number } => {
  const [address = '', bits = ''] = cidr.split('/')
  return { start: toNumber(address), count: 2 ** (32 - Number(bits)) }
}

/** The lowest subnet of `pool` that is not among `taken`, or null when all are. */
export function freeSubnet(pool: string, taken: readonly string[]): string | null {
  const { start, count } = parse(pool)
  const used = new Set(taken)
  for (let offset = 0; offset + size <= count; offset += size) {
    const subnet = `${toAddress(start + offset)}/${prefix}`
    if (!used.has(subnet)) return subnet
  }
  return null
}

/** The lowest address of `subnet` for a VM that is not among `taken`; the first is the gateway's, the last is for all. */
export function freeAddress(subnet: string, taken: readonly string[]): string | null {
  const { start, count } = parse(subnet)
  const used = new Set(taken)
  for (let offset = 2; offset < count - 1; offset++) {
    const address = toAddress(start + offset)
    if (!used.has(address)) return address
  }
  return null
}

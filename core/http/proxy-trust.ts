import ipaddr from 'ipaddr.js'
import { ConfigError } from '../api/errors.ts'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** Which peers may speak for others: `X-Forwarded-For`, `-Proto` and `-Host` count only from these. */
export class ProxyTrust {
  readonly active: boolean
  readonly #ranges: readonly Range[]

  constructor(networks: readonly string[]) {
    this.#ranges = networks.map(toRange)
    this.active = networks.length > 0
  }

  trusts(address: string): boolean {
    if (!ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return this.#ranges.some(([network, bits]) => parsed.kind() === network.kind() && parsed.match(network, bits))
  }

  /** What a trusted peer says of the visitor. The address is the last one in the chain that no trusted proxy holds. */
  told(
    headers: Readonly<Record<string, string | undefined>>,
    peer: string,
  ): { host?: string; secure?: boolean; address: string } {
    const chain = (headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => ipaddr.isValid(part))
    let address = peer
    while (chain.length > 0 && this.trusts(address)) address = chain.pop() ?? address
    const scheme = last(headers['x-forwarded-proto'])
    const host = last(headers['x-forwarded-host'])
    return { address, ...(host ? { host } : {}), ...(scheme ? { secure: scheme.toLowerCase() === 'https' } : {}) }
  }
}

function last(field: string | undefined): string | undefined {
  return field?.split(',').pop()?.trim()
}

function toRange(network: string): Range {
  try {
    if (network.includes('/')) return ipaddr.parseCIDR(network) as Range
    const address = ipaddr.process(network)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    throw new ConfigError('trustedProxies', `"${network}" is no address or network: write 10.0.0.1 or 10.0.0.0/8`)
  }
}

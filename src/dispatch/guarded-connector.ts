import dns from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'

/** Addresses that no model is sold at: where clouds hand out their machines' credentials, and what is no host at all. */
const NEVER = blocked({
  ipv4: ['169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  ipv6: ['fe80::/10', 'ff00::/8', 'fd00:ec2::/32'],
})
/** Addresses of one's own network, by the special-purpose registries of IANA; the last two stand for IPv4 addresses. */
const PRIVATE = blocked({
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
  ],
  ipv6: ['::/128', 'fc00::/7', '64:ff9b::/96', '2002::/16'],
})
const LOOPBACK = blocked({ ipv4: ['127.0.0.0/8'], ipv6: ['::1/128'] })

/**
 * Connects only to addresses at which a provider may be: never to link-local ones, and to private ones only for hosts that the
 * configuration names. What is looked at is the very address that is connected to, so that a name which resolves to another one
 * a moment later gains nothing.
 *
 * @param mayBePrivate hosts that the configuration names
 */
export function guardedConnector(
  options: { readonly timeout: number },
  mayBePrivate: (host: string) => boolean,
): buildConnector.connector {
  const connect = buildConnector({ ...options, allowH2: false, lookup: guardedLookup(mayBePrivate) })
  return (wanted, callback) => {
    const host = wanted.hostname.replace(/^\[|\]$/g, '')
    // An address is not looked up.
    if (isIP(host) !== 0 && !isAllowed(host, LITERAL, mayBePrivate(host))) callback(refused(host), null)
    else connect(wanted, callback)
  }
}

/** An address in place of a name hides nothing: this machine may be called by its own. */
const LITERAL = 'literal'

function isAllowed(address: string, host: string, ownHost: boolean): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
  if (NEVER.check(address, family)) return false
  if (ownHost) return true
  if (LOOPBACK.check(address, family)) return host === LITERAL || host === 'localhost'
  return !PRIVATE.check(address, family)
}

function guardedLookup(mayBePrivate: (host: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    dns.lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, '')
        return
      }
      const own = mayBePrivate(host)
      const allowed = found.filter(({ address }) => isAllowed(address, host, own))
      const [first] = allowed
      if (first === undefined) callback(refused(host), '')
      else if (options.all === true) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}

function refused(host: string): NodeJS.ErrnoException {
  const why = `${host} is at an address that is not called: name the host in the configuration if it is yours`
  return Object.assign(new Error(why), { code: 'ADDRESS_REFUSED' })
}

function blocked(networks: Readonly<Record<'ipv4' | 'ipv6', readonly string[]>>): BlockList {
  const list = new BlockList()
  for (const family of ['ipv4', 'ipv6'] as const)
    for (const network of networks[family]) {
      const [address = '', prefix] = network.split('/')
      list.addSubnet(address, Number(prefix), family)
    }
  return list
}

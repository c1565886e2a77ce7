/** Browser and system in words, for "Where you are signed in": `Firefox on Linux`, `A program (Python-xmlrpc)`. '' for no User-Agent. */
export function deviceOf(userAgent: string | undefined): string {
  if (!userAgent) return ''
  const known = browsers.find(([mark]) => userAgent.includes(mark))?.[1]
  // All browsers call themselves Mozilla.
  if (known === undefined && !userAgent.startsWith('Mozilla/'))
    return `A program (${/^[\w.-]{1,40}/.exec(userAgent)?.[0] ?? '?'})`
  const browser = known ?? 'An unknown browser'
  const system = systems.find(([mark]) => userAgent.includes(mark))?.[1]
  return system === undefined ? browser : `${browser} on ${system}`
}

/** The network an address belongs to, enough to recognise one's own: `203.0.113.0/24`, `2001:db8:1::/48`. '' for none. */
export function networkOf(address: string): string {
  const four = /(?:^|:)(\d+\.\d+\.\d+)\.\d+$/.exec(address)
  if (four) return `${four[1]}.0/24`
  if (!address.includes(':')) return ''
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  while (tail !== undefined && groups.length < 3) groups.push('0')
  return `${groups
    .slice(0, 3)
    .join(':')
    .replace(/(:0)+$/, '')}::/48`
}

// Order matters: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
const browsers: readonly (readonly [string, string])[] = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['CriOS/', 'Chrome'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
  ['curl/', 'curl'],
]
const systems: readonly (readonly [string, string])[] = [
  ['iPhone', 'an iPhone'],
  ['iPad', 'an iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'a Mac'],
  ['CrOS', 'a Chromebook'],
  ['Linux', 'Linux'],
]

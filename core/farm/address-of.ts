/**
 * An address at which the pattern of a wiki surely answers, or null when the pattern names no host. `server`: where the program itself
 * listens, whose port is taken where the pattern leaves one open.
 */
export function addressOf(pattern: RegExp, server: string): string | null {
  const named = /^\^https?\??:(?:\\?\/){2}((?:[\w-]|\\?\.)+)(:\d+|\(?(?:\?:)?:\\d[+*]\)?\??)?((?:\\?\/[\w-]+)*)\\?\//i.exec(
    pattern.source,
  )
  if (named === null) return null
  const [, host = '', port = '', path = ''] = named
  const place = (origin: string): string => `${origin}${path.replaceAll('\\', '')}/`
  const name = host.replaceAll('\\', '')
  const own = new URL(server).port
  const ports = /^:\d+$/.test(port) ? [port] : own === '' ? [''] : [`:${own}`, '']
  // This program speaks http; where its port is not the one, another server stands in front of it.
  const origins = ports.flatMap((end) =>
    (end === '' && own !== '' ? ['https', 'http'] : ['http', 'https']).map((how) => `${how}://${name}${end}`),
  )
  return origins.map(place).find((address) => pattern.exec(address)?.index === 0) ?? null
}

import type { Target } from '../api/document.ts'
import { resolvePageName } from './page-link.ts'

/** The scheme of an address that begins here, or null. Only these are addresses; `javascript:` is a page's name. */
export function schemeAt(text: string, at: number): string | null {
  let end = at
  while (end - at < LONGEST && isSchemeCharacter(text.charCodeAt(end))) end++
  if (end === at || text.charCodeAt(end) !== 58) return null
  const scheme = text.slice(at, end)
  return SCHEMES.has(scheme) ? scheme : null
}

const SCHEMES: ReadonlySet<string> = new Set([
  'http',
  'https',
  'ftp',
  'file',
  'mailto',
  'nntp',
  'news',
  'ssh',
  'telnet',
  'irc',
  'ircs',
  'xmpp',
  'mumble',
  'webcal',
  'ed2k',
  'apt',
  'rootz',
  'gopher',
  'notes',
  'rtp',
  'rtsp',
  'rtcp',
])
const LONGEST = 8
const isSchemeCharacter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 48 && code <= 57)

/** Understands what stands in `[[…]]` or `{{…}}` before the first bar. */
export function parseTarget(written: string, pageName: string): Target {
  const scheme = schemeAt(written, 0)
  if (scheme) return { kind: 'url', url: written, scheme }
  if (written.startsWith('attachment:')) return fileTarget('attachment', written.slice(11), pageName)
  if (written.startsWith('drawing:')) {
    const file = written.slice(8)
    return fileTarget('drawing', /\.[at]draw$/.test(file) ? file : `${file}.tdraw`, pageName)
  }
  const wiki = /^[A-Z][a-zA-Z]+(?=:)/.exec(written)?.[0]
  if (wiki) return interwikiTarget(wiki, written.slice(wiki.length + 1), written)

  const hash = written.lastIndexOf('#')
  const name = hash < 0 ? written : written.slice(0, hash)
  return {
    kind: 'page',
    page: name === '' ? pageName : resolvePageName(pageName, name),
    anchor: hash < 0 ? null : written.slice(hash + 1),
    written,
  }
}

/** A page of another wiki; what stands behind the last `#` is a place on it. */
function interwikiTarget(wiki: string, address: string, written: string): Target {
  const [, page = address, anchor = null] = /^(.*)#(.+)$/s.exec(address) ?? []
  return { kind: 'interwiki', wiki, page, anchor, written }
}

/** `File` is of this page, `Other Page/File` of another. */
function fileTarget(kind: 'attachment' | 'drawing', address: string, pageName: string): Target {
  const written = unescapeUrl(address)
  const full = resolvePageName(pageName, written)
  const slash = full.lastIndexOf('/')
  const isHere = slash < 0
  return {
    kind,
    page: isHere ? pageName : full.slice(0, slash),
    // What a file system or an address could take amiss is never part of an attachment's name.
    file: full.slice(slash + 1).replace(/[\x00-\x1f:/\\<>"*?%|]/g, '_'),
    written,
  }
}

/** Decodes %-escapes; what is not UTF-8 becomes U+FFFD. */
export function unescapeUrl(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => {
    const bytes = Uint8Array.from(escapes.split('%').slice(1), (hex) => Number.parseInt(hex, 16))
    return new TextDecoder().decode(bytes)
  })
}

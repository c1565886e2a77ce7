/** Escapes for element content. */
export function escapeText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(ESCAPED, (char) => ENTITIES[char] ?? char) : text
}

/** Escapes for a value between double quotes. */
export function escapeAttribute(value: string): string {
  return NEEDS_QUOTING.test(value) ? value.replace(QUOTED, (char) => ENTITIES[char] ?? char) : value
}

const NEEDS_ESCAPE = /[&<>\0]/
const ESCAPED = /[&<>\0]/g
const NEEDS_QUOTING = /[&<>"\0]/
const QUOTED = /[&<>"\0]/g
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\0': '\ufffd',
}

/** Writes attributes in alphabetical order, skipping null and undefined. Names come from the program, values are escaped. */
export function writeAttributes(attributes: Readonly<Record<string, string | number | null | undefined>>): string {
  let markup = ''
  for (const name of Object.keys(attributes).sort()) {
    const value = attributes[name]
    if (value !== null && value !== undefined) markup += ` ${name}="${escapeAttribute(String(value))}"`
  }
  return markup
}

/** The address if a click on it can run no code, else null. Addresses without a scheme stay on the site. */
export function safeUrl(url: string): string | null {
  // Browsers skip control characters and blanks in a scheme, so they are not looked at either.
  const bare = url.replace(/[\x00-\x20\x7f-\xa0\u2028\u2029]/g, '')
  const scheme = /^([^/?#:]*):/.exec(bare)?.[1]
  return scheme === undefined || SAFE_SCHEMES.has(scheme.toLowerCase()) ? url : null
}

const SAFE_SCHEMES: ReadonlySet<string> = new Set([
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
  'tel',
])

/** The declarations of an author's style that can neither load anything nor cover other parts of the page; null for none. */
export function safeStyle(style: string): string | null {
  const kept: string[] = []
  for (const declaration of style.split(';')) {
    const colon = declaration.indexOf(':')
    // A single word, or nothing between two semicolons, declares nothing; it may stay as it was written.
    if (colon < 0 && /^\w*$/.test(declaration.trim())) kept.push(declaration.trim())
    if (colon < 0) continue
    const property = declaration.slice(0, colon).trim().toLowerCase()
    const value = declaration.slice(colon + 1).trim()
    if (SAFE_PROPERTIES.test(property) && SAFE_VALUE.test(value)) kept.push(declaration.trim())
  }
  return kept.some((declaration) => declaration !== '') ? kept.join('; ') : null
}

// No position, transform, z-index, opacity, or negative margins: nothing that could lay a page's words over the wiki's own.
const SAFE_PROPERTIES = new RegExp(
  `^(?:${[
    'color',
    'background(?:-color)?',
    'border(?:-(?:top|right|bottom|left))?(?:-(?:width|style|color|radius))?',
    'border-(?:collapse|spacing)',
    'padding(?:-(?:top|right|bottom|left))?',
    'margin(?:-(?:top|right|bottom|left))?',
    '(?:min-|max-)?(?:width|height)',
    'text-(?:align|decoration|indent|transform)',
    'vertical-align',
    'white-space',
    'font(?:-(?:family|size|style|weight|variant))?',
    'line-height',
    'letter-spacing',
    'word-spacing',
    'float',
    'clear',
    'list-style(?:-type|-position)?',
    'caption-side',
    'empty-cells',
    'table-layout',
    'direction',
  ].join('|')})$`,
)
// No functions (url, expression), escapes, comments, at-rules or negative lengths.
const SAFE_VALUE = /^(?!-)(?!.*\s-)[\w\s#%.,!'"+-]+$/

/** A name for `id`: what cannot stand in an address is replaced. */
export function safeId(id: string): string {
  return id.replace(/[^\p{L}\p{N}:_.-]/gu, '_')
}

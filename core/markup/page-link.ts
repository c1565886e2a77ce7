/**
 * The page that a link on page `base` means: `/Child` lies below it, `../Sibling` beside it, anything else is a full name.
 * More `../` than there are parents end at the top. The name is not normalised otherwise.
 */
export function resolvePageName(base: string, name: string): string {
  if (name.startsWith('/')) return base ? `${base}${name}` : name.replace(/^\/+/, '')
  if (!name.startsWith('../')) return name
  let place = base
  let rest = name
  while (place !== '' && rest.startsWith('../')) {
    place = place.slice(0, Math.max(0, place.lastIndexOf('/')))
    rest = rest.slice(3)
  }
  while (place === '' && rest.startsWith('../')) rest = rest.slice(3)
  // An address that begins with two slashes would leave the site.
  if (place === '') rest = rest.replace(/^\/+/, '')
  return [place, rest].filter(Boolean).join('/')
}

/**
 * The id of a heading or anchor with these words, as MoinMoin makes it, so that old links to parts of a page keep working:
 * UTF-7, then percent signs become dots and blanks underscores. A valid id stays as it is.
 */
export function anchorName(words: string): string {
  if (PLAIN_ID.test(words)) return words
  let id = ''
  for (const char of toUtf7(words)) {
    if (KEPT_IN_IDS.test(char)) id += char
    else if (char === ' ') id += '_'
    else id += `.${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  }
  return /^[A-Za-z]/.test(id) ? id : `A${id}`
}

const PLAIN_ID = /^[A-Za-z][A-Za-z0-9:_.-]*$/
const KEPT_IN_IDS = /[A-Za-z0-9:_.-]/

/** UTF-7 (RFC 2152), the variant that leaves all of ASCII but `+ \ ~` alone. */
function toUtf7(text: string): string {
  return text.replace(/\+|[^\x00-\x2a\x2c-\x5b\x5d-\x7d]+/g, (run, offset: number) => {
    if (run === '+') return '+-'
    const bytes = Buffer.alloc(run.length * 2)
    for (let i = 0; i < run.length; i++) bytes.writeUInt16BE(run.charCodeAt(i), i * 2)
    const next = text[offset + run.length]
    // The end of a run is marked only where it could not be seen.
    const end = next === undefined || /[A-Za-z0-9+/-]/.test(next) ? '-' : ''
    return `+${bytes.toString('base64').replace(/=+$/, '')}${end}`
  })
}

/** Hands out ids, each once: `Same`, `Same-1`, `Same-2`. One per page shown, shared with everything included. */
export class Ids {
  readonly #used = new Map<string, number>()
  readonly #before: Ids | null

  /** `before`: what others have used already; it stays as it is. */
  constructor(before: Ids | null = null) {
    this.#before = before
  }

  unique(id: string): string {
    const count = this.#count(id)
    this.#used.set(id, count + 1)
    return count === 0 ? id : `${id}-${count}`
  }

  /** These are used now as well. */
  take(others: Ids): void {
    for (const [id, count] of others.#used) this.#used.set(id, Math.max(count, this.#count(id)))
  }

  #count(id: string): number {
    return this.#used.get(id) ?? (this.#before === null ? 0 : this.#before.#count(id))
  }
}

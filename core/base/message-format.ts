/**
 * A text of the interface with its holes filled in, in the spelling that translators know from ICU: `{name}`,
 * `{count, plural, =0 {nothing} one {# page} other {# pages}}`, `{place, selectordinal, one {#st} other {#th}}`,
 * `{kind, select, user {they} other {it}}`. Forms may hold holes of their own. `#` is the number; what cannot be understood stays as written.
 */
export function formatMessage(text: string, values: Readonly<Record<string, unknown>>, rules: LanguageRules): string {
  if (!text.includes('{')) return text
  // Most texts have plain holes only.
  const parts = choosing.test(text) ? parse(text, 0, 0)?.parts : undefined
  return parts === undefined
    ? text.replace(plainHole, (written, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : written))
    : write(parts, values, rules, null)
}

/** How a language chooses words by a number: `Intl.PluralRules`. */
export interface LanguageRules {
  readonly plural: Intl.PluralRules
  readonly ordinal: Intl.PluralRules
}

const plainHole = /\{(\w+)\}/g
const choosing = /\{\s*\w+\s*,\s*(?:plural|selectordinal|select)\s*,/

type Part = string | Hole | typeof numberSign

interface Hole {
  readonly name: string
  readonly source: string
  readonly chooses: 'plural' | 'selectordinal' | 'select' | null
  readonly forms: ReadonlyMap<string, readonly Part[]>
}

const numberSign = Symbol('#')

function write(
  parts: readonly Part[],
  values: Readonly<Record<string, unknown>>,
  rules: LanguageRules,
  number: string | null,
): string {
  return parts
    .map((part) => (typeof part === 'object' ? fill(part, values, rules, number) : part === numberSign ? (number ?? '#') : part))
    .join('')
}

function fill(hole: Hole, values: Readonly<Record<string, unknown>>, rules: LanguageRules, number: string | null): string {
  if (!Object.hasOwn(values, hole.name)) return hole.source
  const value = String(values[hole.name])
  if (hole.chooses === null) return value
  const { forms } = hole
  if (hole.chooses === 'select') return write(forms.get(value) ?? forms.get('other') ?? [], values, rules, number)
  const category = rules[hole.chooses === 'plural' ? 'plural' : 'ordinal'].select(Number(value))
  return write(forms.get(`=${value}`) ?? forms.get(category) ?? forms.get('other') ?? [], values, rules, value)
}

/** Reads up to the end, or to the `}` that ends a form. null: a choice in it is not well written, so that nothing is chosen at all. */
function parse(text: string, start: number, depth: number): { parts: readonly Part[]; end: number } | null {
  const parts: Part[] = []
  let plain = start
  let at = start
  while (at < text.length && !(depth > 0 && text[at] === '}')) {
    const isNumber = depth > 0 && text[at] === '#'
    const hole = text[at] === '{' ? readHole(text, at, depth) : undefined
    if (hole === null) return null
    if (hole === undefined && !isNumber) {
      at++
      continue
    }
    if (at > plain) parts.push(text.slice(plain, at))
    parts.push(hole?.part ?? numberSign)
    plain = at = hole?.end ?? at + 1
  }
  if (at > plain) parts.push(text.slice(plain, at))
  return { parts, end: at }
}

/** What begins at a `{`; undefined when it is no hole, null when it is a choice that is not well written. */
function readHole(text: string, start: number, depth: number): { part: Hole; end: number } | null | undefined {
  head.lastIndex = start
  const [, name, end, chooses] = head.exec(text) ?? []
  if (name === undefined) return undefined
  let at = head.lastIndex
  if (end !== undefined) return { part: { name, source: text.slice(start, at), chooses: null, forms: new Map() }, end: at }
  const forms = new Map<string, readonly Part[]>()
  for (;;) {
    formHead.lastIndex = at
    const [, word] = formHead.exec(text) ?? []
    if (word === undefined) break
    const form = depth < deepest ? parse(text, formHead.lastIndex, depth + 1) : null
    if (form === null || text[form.end] !== '}') return null
    forms.set(word, form.parts)
    at = form.end + 1
  }
  tail.lastIndex = at
  if (forms.size === 0 || !tail.test(text)) return null
  // The pattern of the head allows these words only.
  return {
    part: { name, source: text.slice(start, tail.lastIndex), chooses: chooses as Hole['chooses'], forms },
    end: tail.lastIndex,
  }
}

/** Choices within choices. */
const deepest = 10
const head = /\{\s*(\w+)\s*(?:(\})|,\s*(plural|selectordinal|select)\s*,)/y
const formHead = /\s*(=?\w+)\s*\{/y
const tail = /\s*\}/y

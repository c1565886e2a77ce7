import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chooseLanguage } from '../http/languages.ts'

/** The interface's texts in one language. */
export interface Translate {
  readonly language: string
  /**
   * The text in this language, itself when it is not translated; `{name}` is replaced by `values.name`. Where the words depend on a
   * number, `{count, plural, one {# page} other {# pages}}` chooses them by the language's rules; `#` is the number.
   */
  text(text: string, values?: Readonly<Record<string, unknown>>): string
}

/** The languages of the interface: one JSON catalogue each, English text -> translation. English needs none. */
export class Languages {
  readonly #folder: string
  readonly #known = new Map<string, Translate>()
  readonly #chosen = new Map<string, string | null>()
  readonly names: readonly string[]

  constructor(folder: string) {
    this.#folder = folder
    this.names = ['en', ...catalogues(folder)]
  }

  /** The best of a browser's languages that we have; null when there is none. Browsers send the same few wishes again and again. */
  choose(accept: string | undefined): string | null {
    if (accept === undefined) return null
    const known = this.#chosen.get(accept)
    if (known !== undefined) return known
    const chosen = chooseLanguage(accept, this.names)
    if (this.#chosen.size < 500) this.#chosen.set(accept, chosen)
    return chosen
  }

  get(language: string): Translate {
    let translate = this.#known.get(language)
    if (translate === undefined) {
      const catalogue = language !== 'en' && this.names.includes(language) ? this.#read(language) : new Map<string, string>()
      const [own, english] = [new Intl.PluralRules(catalogue.size > 0 ? language : 'en'), new Intl.PluralRules('en')]
      translate = {
        language,
        text: (text, values) => {
          const translation = catalogue.get(text)
          return translation === undefined ? fill(text, values, english) : fill(translation, values, own)
        },
      }
      // Only languages we have are kept, so a visitor cannot make this grow.
      if (this.names.includes(language)) this.#known.set(language, translate)
    }
    return translate
  }

  #read(language: string): ReadonlyMap<string, string> {
    return new Map(
      Object.entries(JSON.parse(readFileSync(join(this.#folder, `${language}.json`), 'utf8')) as Record<string, string>),
    )
  }
}

function catalogues(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => /^([a-z]{2,3}(?:-[a-z]+)?)\.json$/i.exec(name)?.[1] ?? [])
  } catch {
    return []
  }
}

function fill(text: string, values: Readonly<Record<string, unknown>> | undefined, rules: Intl.PluralRules): string {
  if (values === undefined || !text.includes('{')) return text
  return text.replace(hole, (written, name: string, forms: string | undefined) => {
    if (!Object.hasOwn(values, name)) return written
    const value = String(values[name])
    if (forms === undefined) return value
    const words = new Map([...forms.matchAll(form)].map(([, category, wording]) => [category, wording]))
    return (words.get(rules.select(Number(value))) ?? words.get('other') ?? '').replaceAll('#', () => value)
  })
}

/** `{name}`, or `{name, plural, one {…} other {…}}`. */
const hole = /\{(\w+)(?:, plural,((?: \w+ \{[^{}]*\})+))?\}/g
const form = /(\w+) \{([^{}]*)\}/g

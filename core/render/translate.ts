import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../api/errors.ts'
import { formatMessage, type LanguageRules } from '../base/message-format.ts'
import { chooseLanguage } from '../http/languages.ts'

/** The interface's texts in one language. */
export interface Translate {
  readonly language: string
  /**
   * The text in this language, itself when it is not translated; `{name}` is replaced by `values.name`. Where the words depend on a
   * number, `{count, plural, one {# page} other {# pages}}` chooses them by the language's rules; `#` is the number. See formatMessage.
   */
  text(text: string, values?: Readonly<Record<string, unknown>>): string
}

/**
 * The languages of the interface: one JSON catalogue each, English text -> translation. English needs none. A folder of plugins may
 * bring more in its `languages/`: texts of its own, or a language that the program does not speak.
 */
export class Languages {
  /** The one that wins first. */
  readonly #folders: readonly string[]
  readonly #failed: (error: Error) => void
  readonly #known = new Map<string, Translate>()
  readonly #chosen = new Map<string, string | null>()
  readonly names: readonly string[]

  /** `failed`: told of a catalogue that cannot be read. Its texts are those of the next folder then, at last the English ones. */
  constructor(folders: readonly string[], failed: (error: Error) => void) {
    this.#folders = folders
    this.#failed = failed
    this.names = [...new Set(['en', ...folders.flatMap(catalogues)])]
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
      const catalogue = this.names.includes(language) ? this.#read(language) : new Map<string, string>()
      const [own, english] = [rulesOf(catalogue.size > 0 ? language : 'en'), rulesOf('en')]
      translate = {
        language,
        text: (text, values) => {
          const translation = catalogue.get(text)
          if (values === undefined) return translation ?? text
          return translation === undefined ? formatMessage(text, values, english) : formatMessage(translation, values, own)
        },
      }
      // Only languages we have are kept, so a visitor cannot make this grow.
      if (this.names.includes(language)) this.#known.set(language, translate)
    }
    return translate
  }

  #read(language: string): ReadonlyMap<string, string> {
    const files = this.#folders.map((folder) => join(folder, `${language}.json`)).filter((file) => existsSync(file))
    return new Map(files.reverse().flatMap((file) => this.#texts(file)))
  }

  /** One torn file must not take the wiki away from all who read its language. */
  #texts(file: string): readonly (readonly [string, string])[] {
    try {
      const texts = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>)
      return texts.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#failed(new ConfigError('', `is no catalogue of texts: ${why}`, file))
      return []
    }
  }
}

function rulesOf(language: string): LanguageRules {
  return { plural: new Intl.PluralRules(language), ordinal: new Intl.PluralRules(language, { type: 'ordinal' }) }
}

function catalogues(folder: string): string[] {
  try {
    const names = readdirSync(folder).flatMap((name) => /^([a-z]{2,3}(?:-[a-z]+)?)\.json$/i.exec(name)?.[1] ?? [])
    return names.filter(isLanguage)
  } catch {
    return []
  }
}

/** `de-a` looks like one and is none: nothing could be counted in it. */
function isLanguage(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0
  } catch {
    return false
  }
}

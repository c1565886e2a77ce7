import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { formatMessage, type LanguageRules } from '../base/message-format.ts'

/** What translates for the host: a request. */
export interface HostTexts {
  readonly language: string
  t(text: string, values?: Readonly<Record<string, unknown>>): string
}

/**
 * The texts of plugins in other languages: `Hello.de.json` beside `Hello.ts`, or `languages/de.json` in the folder of a plugin that is
 * one. What they lack the host may have. Read at the first text in a language, and kept.
 */
export class PluginTexts {
  readonly #catalogues = new Map<string, ReadonlyMap<string, string>>()
  readonly #rules = new Map<string, LanguageRules>()

  /** `file`: of the plugin. Throws a SyntaxError that names a catalogue which is no JSON. */
  text(file: string, host: HostTexts, text: string, values?: Readonly<Record<string, unknown>>): string {
    const own = this.#catalogue(file, host.language).get(text)
    if (own === undefined) return host.t(text, values)
    return values === undefined ? own : formatMessage(own, values, this.#rulesOf(host.language))
  }

  #catalogue(file: string, language: string): ReadonlyMap<string, string> {
    const key = `${language} ${file}`
    let found = this.#catalogues.get(key)
    if (found === undefined) this.#catalogues.set(key, (found = new Map(Object.entries(read(cataloguesOf(file, language))))))
    return found
  }

  #rulesOf(language: string): LanguageRules {
    let rules = this.#rules.get(language)
    if (rules === undefined) {
      rules = { plural: new Intl.PluralRules(language), ordinal: new Intl.PluralRules(language, { type: 'ordinal' }) }
      this.#rules.set(language, rules)
    }
    return rules
  }
}

/** `de-AT` is looked for before `de`. */
function cataloguesOf(file: string, language: string): readonly string[] {
  const words = [...new Set([language, language.split('-')[0] ?? language])]
  const plain = file.replace(/\.[cm]?[jt]s$/, '')
  const isFolder = /^(?:index|theme)$/.test(basename(plain))
  return words.map((word) => (isFolder ? join(dirname(file), 'languages', `${word}.json`) : `${plain}.${word}.json`))
}

function read(files: readonly string[]): Readonly<Record<string, string>> {
  for (const file of files) {
    let json: string
    try {
      json = readFileSync(file, 'utf8')
    } catch {
      // Not in this language.
      continue
    }
    try {
      return JSON.parse(json) as Readonly<Record<string, string>>
    } catch (error) {
      throw new SyntaxError(`${file} is no catalogue of texts: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return {}
}

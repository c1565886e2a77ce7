import type { Translate } from '../render/translate.ts'
import type { WikiParts } from './wiki-parts.ts'
import type { Visit } from './wiki-request.ts'

/** The language in which a visitor reads the wiki: the account's, else the browser's, else the wiki's. */
export function readerLanguage(
  { config, languages }: Pick<WikiParts, 'config' | 'languages'>,
  { user, headers }: Visit,
): Translate {
  const browser = config.languageIgnoreBrowser ? null : languages.choose(headers['accept-language'])
  const known = [user.language, browser, config.languageDefault].find((name) => name !== null && languages.names.includes(name))
  return languages.get(known ?? 'en')
}

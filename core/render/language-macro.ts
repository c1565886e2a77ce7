import type { Formatter } from '../api/formatter.ts'

const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })

/** `<<he(shalom)>>`: the text, marked as being in that language; without a text nothing. null when no language has this code. */
export function languageMacro(code: string, text: string | null, formatter: Formatter): string | null {
  if (!isLanguage(code)) return null
  return text === null || text === '' ? '' : formatter.lang(true, code) + formatter.text(text) + formatter.lang(false, code)
}

export function isLanguage(code: string): boolean {
  return /^[a-z]{2,3}$/.test(code) && names.of(code) !== undefined
}

/** Markup made by the tag `html`: its values were escaped. Wherever markup is wanted, a macro or action may hand over this or a string. */
export class Markup {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
  toString(): string {
    return this.markup
  }
}

/**
 * Writes markup with every value escaped: `` html`<b>${name}</b>` ``. A value that is itself made by `html` goes in as it is,
 * a list is joined, null and undefined are nothing.
 */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  let markup = strings[0] ?? ''
  for (let i = 0; i < values.length; i++) markup += toMarkup(values[i]) + (strings[i + 1] ?? '')
  return new Markup(markup)
}

function toMarkup(value: unknown): string {
  if (value instanceof Markup) return value.markup
  if (Array.isArray(value)) return value.map(toMarkup).join('')
  return value === null || value === undefined ? '' : escapeHtml(String(value))
}

/** Escapes for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return needsEscape.test(text) ? text.replace(/[&<>"']/g, (character) => entities[character] ?? character) : text
}

const needsEscape = /[&<>"']/
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

import type { SettingsForm, SettingsInput } from '../api/action.ts'
import { ArgumentProblem, type TextIn } from '../api/arguments.ts'
import { forbidden } from '../api/errors.ts'
import type { Field } from '../api/schema.ts'
import { kindInWords } from '../plugins/kind-in-words.ts'
import { kindNames } from '../plugins/kinds.ts'
import type { DeclaredSettings, GivenSettings } from '../plugins/plugin-settings.ts'
import { readField, readItem } from '../plugins/read-field.ts'
import type { WikiParts } from './wiki-parts.ts'
import type { Visit } from './wiki-request.ts'

/** The forms in which superusers set what plugins declare: inputs of the declared members, and values of what was sent. */
export class SettingsForms {
  readonly #parts: WikiParts
  readonly #visit: Visit
  readonly #t: TextIn

  constructor(parts: WikiParts, visit: Visit) {
    this.#parts = parts
    this.#visit = visit
    this.#t = (text, values) => (text === '' ? '' : visit.t(text, values))
  }

  async all(): Promise<readonly SettingsForm[]> {
    return (await this.#declared()).map((declared) => ({
      key: declared.key,
      inputs: declared.fields.map((field) =>
        this.#input(field, field.name, declared.given[field.name], declared.fixed.includes(field.name)),
      ),
    }))
  }

  async save(key: string, sent: URLSearchParams): Promise<Readonly<Record<string, string>> | null> {
    const declared = (await this.#declared()).find((each) => each.key === key)
    if (declared === undefined) throw forbidden(this.#visit.t('There is no plugin {key} that can be set.', { key }))
    const problems: Record<string, string> = {}
    const values = this.#membersSent(
      declared.fields.filter(({ name }) => !declared.fixed.includes(name)),
      '',
      sent,
      keptValues(declared),
      problems,
    )
    if (Object.keys(problems).length > 0) return problems
    return this.#parts.pluginSettings.save(key, values ?? {})
  }

  /** All plugins are loaded first: what nobody has called so far can be set as well. */
  async #declared(): Promise<readonly DeclaredSettings[]> {
    if (!this.#visit.user.isSuperUser) throw forbidden(this.#visit.t('Only superusers may do this.'))
    for (const kind of kindNames)
      for (const name of await this.#parts.plugins.names(kind)) await this.#parts.plugins.load(kind, name)
    return this.#parts.pluginSettings.list()
  }

  #input(field: Field, name: string, value: unknown, fixed: boolean): SettingsInput {
    return {
      name,
      label: this.#t(field.meaning) || field.name,
      kind: inputKind(field),
      hint: kindInWords(field, this.#t),
      value: isHidden(field) ? '' : asTyped(value),
      fallback: isHidden(field) ? '' : asTyped(field.fallback),
      choices: field.kind === 'boolean' ? [] : field.choices,
      required: field.required,
      fixed,
      isSet: value !== undefined,
      inputs: this.#inner(field, name, value, fixed),
    }
  }

  #inner(field: Field, name: string, value: unknown, fixed: boolean): readonly SettingsInput[] {
    const members = (group: Field, below: string, values: unknown): readonly SettingsInput[] =>
      group.inner.map((member) => this.#input(member, `${below}.${member.name}`, memberOf(values, member.name), fixed))
    if (field.kind === 'group') return members(field, name, value)
    const [item] = field.inner
    if (field.kind !== 'list' || item?.kind !== 'group') return []
    const items = Array.isArray(value) ? value : []
    // Without a script there is always one empty group more; what is left empty is none.
    return [...items, undefined].slice(0, fixed ? items.length : undefined).map((each, i) => ({
      ...this.#input(item, `${name}.${i}`, each, fixed),
      label: `${i + 1}`,
      inputs: members(item, `${name}.${i}`, each),
    }))
  }

  /** undefined when everything in it was left empty. */
  #membersSent(
    fields: readonly Field[],
    below: string,
    sent: URLSearchParams,
    kept: unknown,
    problems: Record<string, string>,
  ): GivenSettings | undefined {
    const values: Record<string, unknown> = {}
    for (const field of fields) {
      const value = this.#valueSent(field, `${below}${field.name}`, sent, memberOf(kept, field.name), problems)
      if (value !== undefined) values[field.name] = value
    }
    const isEmpty = Object.values(values).every((value) => value === false)
    return isEmpty && below !== '' ? undefined : values
  }

  #valueSent(field: Field, name: string, sent: URLSearchParams, kept: unknown, problems: Record<string, string>): unknown {
    if (field.kind === 'group') return this.#membersSent(field.inner, `${name}.`, sent, kept, problems)
    if (field.kind === 'boolean') return sent.has(name)
    const [item] = field.inner
    if (field.kind === 'list' && item?.kind === 'group') return this.#itemsSent(item, name, sent, kept, problems)
    const typed = sent.get(name)?.replaceAll('\r\n', '\n').trim() ?? ''
    if (field.secret && typed === '') return sent.has(`${name}.forget`) ? undefined : kept
    if (typed === '') return field.kind === 'list' && sent.has(name) && field.required ? [] : undefined
    try {
      if (field.kind === 'list')
        return typed.split('\n').flatMap((line) => (line.trim() === '' ? [] : [readItem(field, line.trim())]))
      // Kept as they were typed: the file is JSON, and `30m` says more than 1800.
      const value = readField(field, typed)
      return field.kind === 'duration' || field.kind === 'date' ? typed : value
    } catch (error) {
      if (!(error instanceof ArgumentProblem)) throw error
      const value = field.secret ? '••••' : typed
      problems[name] = this.#visit.t('“{value}” is not {kind}.', { value, kind: kindInWords(field, this.#t) })
      return undefined
    }
  }

  #itemsSent(
    item: Field,
    name: string,
    sent: URLSearchParams,
    kept: unknown,
    problems: Record<string, string>,
  ): readonly unknown[] {
    const numbers = [...sent.keys()].flatMap((key) =>
      key.startsWith(`${name}.`) ? [Number(key.slice(name.length + 1).split('.')[0])] : [],
    )
    const most = Math.min(200, Math.max(-1, ...numbers.filter(Number.isInteger)))
    const before = Array.isArray(kept) ? kept : []
    return Array.from({ length: most + 1 }, (_, i) =>
      this.#membersSent(item.inner, `${name}.${i}.`, sent, before[i], problems),
    ).filter((each) => each !== undefined)
  }
}

/** Values that stay when a secret is left empty: a superuser's own, never those of the configuration. */
function keptValues({ given, fixed }: DeclaredSettings): GivenSettings {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !fixed.includes(name)))
}

function memberOf(values: unknown, name: string): unknown {
  return typeof values === 'object' && values !== null ? (values as Readonly<Record<string, unknown>>)[name] : undefined
}

function inputKind(field: Field): SettingsInput['kind'] {
  if (field.kind === 'boolean') return 'switch'
  if (field.kind === 'group' || (field.kind === 'list' && field.inner[0]?.kind === 'group')) return 'group'
  if (field.secret) return field.kind === 'list' ? 'secrets' : 'secret'
  if (field.kind === 'integer' || field.kind === 'number') return 'number'
  if (field.kind === 'choice' || field.kind === 'date') return field.kind
  return field.kind === 'list' ? 'lines' : 'text'
}

/** A switch has nothing to hide, and one that hid what it is would be turned off by saving. */
function isHidden({ secret, kind }: Field): boolean {
  return secret && kind !== 'boolean'
}

function asTyped(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (Array.isArray(value)) return value.map(asTyped).join('\n')
  return typeof value === 'object' ? '' : String(value)
}

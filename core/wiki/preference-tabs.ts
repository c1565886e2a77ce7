import type { ActionCall } from '../api/action.ts'
import { preferenceTooLarge, preferencesGaveNothing } from '../api/errors.ts'
import { html, Markup } from '../api/html.ts'
import type { PreferenceField, PreferencesCall, PreferencesPlugin, PreferenceTab } from '../api/preferences.ts'
import { ownFirst, type Ready } from './own-first.ts'
import type { WikiParts } from './wiki-parts.ts'

/** Letters of JSON that a tab may keep in an account, which is read at each of its visits. */
const mostKept = 20_000

/** The tabs that plugins add to the preferences, as far as this visitor has them. */
export async function preferenceTabs({ plugins, config, log }: WikiParts, call: ActionCall): Promise<readonly PreferenceTab[]> {
  const failed = (plugin: string, file: string, err: unknown): void =>
    log.error({ wiki: config.siteId, request: call.request.id, plugin, file, err }, 'preferences tab cannot be shown')
  const tabs: PreferenceTab[] = []
  for (const ready of await ownFirst(plugins, 'preferences', config.dataDir, failed)) {
    try {
      if ((await ready.plugin.available?.(call)) !== false) tabs.push(tabOf(ready))
    } catch (error) {
      failed(ready.name, ready.file, error)
    }
  }
  return tabs
}

function tabOf({ name, plugin }: Ready<PreferencesPlugin>): PreferenceTab {
  return {
    name,
    label: plugin.label,
    show: async (call, sent, problems) => {
      const shown = new Set<string>()
      const markup = await plugin.show(callOf(call, name, sent, problems, shown))
      // Checked although typed: a text would bring strangers' words into the page as they are.
      if (!(markup instanceof Markup)) throw preferencesGaveNothing(name, 'show', 'markup: write html`…`')
      const others = Object.entries(problems).filter(([field]) => !shown.has(field))
      return { markup: markup.markup, problems: others.map(([, problem]) => problem) }
    },
    save: async (call, sent) => {
      const answer = (await plugin.save({ ...callOf(call, name, sent, {}, new Set()), sent })) ?? null
      if (answer === null) return null
      if ('problems' in answer) return Object.keys(answer.problems).length > 0 ? answer.problems : null
      if (!('keep' in answer)) throw preferencesGaveNothing(name, 'save', '{ keep }, { problems } or nothing')
      const kept = JSON.stringify(answer.keep ?? null)
      if (kept.length > mostKept) throw preferenceTooLarge(name, mostKept)
      return (await call.wiki.people.change({ preferences: { [name]: JSON.parse(kept) as unknown } })).problems
    },
  }
}

function callOf(
  call: ActionCall,
  name: string,
  sent: URLSearchParams | null,
  problems: Readonly<Record<string, string>>,
  shown: Set<string>,
): PreferencesCall {
  // Not spread: what is behind the call's getters is made when it is asked for.
  return Object.assign(Object.create(call) as ActionCall, {
    kept: call.request.user.preferences[name] ?? null,
    sent,
    problems,
    field: (field: PreferenceField) => {
      shown.add(field.name)
      return writeField(field, sent, problems[field.name] ?? '')
    },
  })
}

function writeField(field: PreferenceField, sent: URLSearchParams | null, problem: string): Markup {
  const id = `prefs-${field.name}`
  const said = problem === '' ? (field.hint ?? '') : problem
  const described = said === '' ? '' : html` aria-describedby="${id}-said"`
  const wrong = problem === '' ? '' : html` aria-invalid="true"`
  const note = said === '' ? '' : html`<span class="${problem === '' ? 'hint' : 'problem'}" id="${id}-said">${said}</span>`
  const label = html`<label for="${id}">${field.label}</label>`
  if (typeof field.value === 'boolean') {
    const ticked = (sent === null ? field.value : sent.get(field.name) === '1') ? html` checked` : ''
    return html`<p class="field-check"><input id="${id}" name="${field.name}" type="checkbox" value="1"${ticked}${wrong}${described}> ${label} ${note}</p>`
  }
  // A password is never shown again.
  const value = field.type === 'password' ? '' : (sent?.get(field.name) ?? field.value)
  const attributes = html`id="${id}" name="${field.name}"${wrong}${described}`
  const input =
    field.choices !== undefined
      ? html`<select ${attributes}>${field.choices.map((choice) => option(choice, value))}</select>`
      : field.type === 'lines'
        ? html`<textarea ${attributes} rows="5" cols="40">\n${value}</textarea>`
        : html`<input ${attributes} type="${field.type ?? 'text'}" value="${value}">`
  return html`<p class="field">${label} ${input} ${note}</p>`
}

function option(choice: { readonly value: string; readonly label: string }, value: string): Markup {
  return html`<option value="${choice.value}"${choice.value === value ? html` selected` : ''}>${choice.label}</option>`
}

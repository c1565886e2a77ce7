import type { ActionCall } from '../api/action.ts'
import { pluginFailed, preferenceTooLarge, preferencesGaveNothing, WikiError } from '../api/errors.ts'
import { html, Markup } from '../api/html.ts'
import type { PreferenceField, PreferencesAnswer, PreferencesCall, PreferencesPlugin } from '../api/preferences.ts'
import type { PreferenceTab } from '../api/preference-tab.ts'
import { ownFirst } from './own-first.ts'
import type { WikiParts } from './wiki-parts.ts'

/** Letters of JSON that a tab may keep in an account, which is read at each of its visits. */
const mostKept = 20_000

/** The tabs that plugins add to the preferences, as far as this visitor has them. */
export async function preferenceTabs({ plugins, config }: WikiParts, call: ActionCall): Promise<readonly PreferenceTab[]> {
  const { request } = call
  const fault = (name: string, error: unknown): void =>
    plugins.health.fault('preferences', name, error, { message: 'preferences tab failed', reference: request.id })
  const ready = await ownFirst(plugins, 'preferences', config.dataDir, fault)
  const tabs: PreferenceTab[] = []
  for (const { name, file, plugin } of ready) {
    const watched = async <T>(work: () => T | Promise<T>): Promise<T> => {
      try {
        return await plugins.health.run('preferences', name, async () => work())
      } catch (error) {
        if (error instanceof WikiError && error.expose) throw error
        fault(name, error)
        throw pluginFailed(
          request.t('These preferences cannot be shown at the moment. (Reference: {id})', { id: request.id }),
          error,
        )
      }
    }
    const own = withTexts(call, (text, values) => plugins.texts.text(file, request, text, values))
    // Whoever cannot say for whom it is, is for nobody.
    const isTheirs = await watched(() => plugin.available?.(own) ?? true).catch(() => false)
    if (!isTheirs) continue
    const label = await watched(() => own.t(plugin.label)).catch(() => plugin.label)
    tabs.push(tabOf(own, name, label, plugin, watched))
  }
  return tabs
}

type Watched = <T>(work: () => T | Promise<T>) => Promise<T>

/** The call of the action that shows the preferences, with the tab's own catalogue. What is behind its getters is made when it is asked for. */
function withTexts(call: ActionCall, t: ActionCall['t']): ActionCall {
  return {
    name: call.name,
    request: call.request,
    page: call.page,
    t,
    get wiki() {
      return call.wiki
    },
    get signal() {
      return call.signal
    },
  }
}

function tabOf(call: ActionCall, name: string, label: string, plugin: PreferencesPlugin, watched: Watched): PreferenceTab {
  return {
    name,
    label,
    show: async (sent, problems) => {
      const shown = new Set<string>()
      const markup = await watched(async () => {
        const answer = await plugin.show(callOf(call, name, sent, problems, shown))
        // Checked although typed: a text would bring strangers' words into the page as they are.
        if (!(answer instanceof Markup)) throw preferencesGaveNothing(name, 'show', 'markup: write html`…`')
        return answer.markup
      })
      const others = Object.entries(problems).filter(([field]) => !shown.has(field))
      return { markup, problems: others.map(([, problem]) => problem) }
    },
    save: async (sent) => {
      const answer = await watched(async () =>
        checked(name, await plugin.save({ ...callOf(call, name, sent, {}, new Set()), sent })),
      )
      if (answer === null) return null
      if ('problems' in answer) return Object.keys(answer.problems).length > 0 ? answer.problems : null
      return (await call.wiki.people.change({ preferences: { [name]: answer.keep } })).problems
    },
  }
}

/** What a tab answers, as JSON would keep it. */
function checked(name: string, answer: PreferencesAnswer): Exclude<PreferencesAnswer, void> | null {
  if (answer === undefined || answer === null || 'problems' in answer) return answer ?? null
  if (!('keep' in answer)) throw preferencesGaveNothing(name, 'save', '{ keep }, { problems } or nothing')
  const kept = JSON.stringify(answer.keep ?? null)
  if (kept.length > mostKept) throw preferenceTooLarge(name, mostKept)
  return { keep: JSON.parse(kept) as unknown }
}

function callOf(
  call: ActionCall,
  name: string,
  sent: URLSearchParams | null,
  problems: Readonly<Record<string, string>>,
  shown: Set<string>,
): PreferencesCall {
  // Not spread: see above.
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

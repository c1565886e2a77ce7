import {
  type ActionCall,
  type ActionPage,
  html,
  leaveMessage,
  type Markup,
  type Reply,
  redirect,
  type SettingsForm,
  type SettingsInput,
} from 'servus'

export const signedIn = true
export const right = null

type Problems = Readonly<Record<string, string>>

/** For superusers: which plugins can be set, and with `plugin=macros/Weather` the form for one. */
export async function execute(call: ActionCall): Promise<ActionPage | Reply> {
  const { request, page, wiki } = call
  const forms = await wiki.pluginSettings()
  const form = forms.find(({ key }) => key === request.values.get('plugin'))
  if (form === undefined) return { title: request.t('Settings of plugins'), body: list(call, forms) }
  if (request.method !== 'POST') return one(call, form, {}, 200)
  const problems = await wiki.savePluginSettings(form.key, request.form)
  if (problems !== null) return one(call, form, problems, 422)
  leaveMessage(request.session, { kind: 'success', text: request.t('The settings are saved.') })
  return redirect(page.url({ action: 'pluginsettings', plugin: form.key }))
}

function list({ page, request }: ActionCall, forms: readonly SettingsForm[]): Markup {
  if (forms.length === 0) return html`<p>${request.t('No plugin of this wiki declares settings.')}</p>`
  const items = forms.map(
    ({ key }) => html`<li><a href="${page.url({ action: 'pluginsettings', plugin: key })}">${key}</a></li>
`,
  )
  return html`<ul>
${items}</ul>`
}

function one({ page, request, wiki }: ActionCall, form: SettingsForm, problems: Problems, status: number): ActionPage {
  const shown = form.inputs.map((input) => field(input, problems, status === 200 ? null : request.form, request))
  const all = problems[''] === undefined ? '' : html`<p class="message message-error" role="alert">${problems['']}</p>`
  return {
    title: request.t('Settings of {plugin}', { plugin: form.key }),
    status,
    headers: { 'cache-control': 'no-store' },
    body: html`<form class="prefs" method="post" action="${page.url({ action: 'pluginsettings', plugin: form.key })}">
<input type="hidden" name="ticket" value="${wiki.ticket()}">
${all}${shown}<div class="buttons"><button class="primary" type="submit">${request.t('Save')}</button>
<a href="${page.url({ action: 'pluginsettings' })}">${request.t('Settings of plugins')}</a></div>
</form>`,
  }
}

/** `typed`: what was sent, when it is shown again with what is wrong. A secret never comes back. */
function field(input: SettingsInput, problems: Problems, typed: URLSearchParams | null, request: ActionCall['request']): Markup {
  const { name, kind, label } = input
  if (kind === 'group') {
    const inner = input.inputs.map((each) => field(each, problems, typed, request))
    return html`<fieldset><legend>${label}</legend>
${inner}</fieldset>
`
  }
  const id = `setting-${name}`
  const problem = problems[name]
  const about = html` aria-describedby="${id}-hint${problem === undefined ? '' : ` ${id}-problem`}"${problem === undefined ? '' : html` aria-invalid="true"`}`
  const said = problem === undefined ? '' : html`<span class="problem" id="${id}-problem" role="alert">${problem}</span>`
  const fixed = input.fixed ? html` <small>${request.t('set in the configuration')}</small>` : ''
  const hint = html`<span class="hint" id="${id}-hint">${input.hint}${fixed}</span>`
  const value = !isSecret(input) && typed?.has(name) === true ? (typed.get(name) ?? '') : input.value
  if (kind === 'switch') {
    const isOn = typed === null ? (input.value || input.fallback) === 'true' : typed.has(name)
    return html`<p class="field-check"><input type="checkbox" id="${id}" name="${name}" value="1"${isOn ? html` checked` : ''}${input.fixed ? html` disabled` : ''}${about}>
<label for="${id}">${label}</label> ${hint}${said}</p>
`
  }
  return html`<p class="field"><label for="${id}">${label}</label>
${control(input, id, value, about, request)}
${hint}${said}</p>
`
}

function control(input: SettingsInput, id: string, value: string, about: Markup, request: ActionCall['request']): Markup {
  const { name, kind, fallback, fixed, isSet, choices, required } = input
  const attributes = html` id="${id}" name="${name}"${fixed ? html` disabled` : ''}${required && !isSecret(input) ? html` required` : ''}${about}`
  if (kind === 'choice') {
    const options = choices.map(
      (choice) => html`<option${choice === (value || fallback) ? html` selected` : ''}>${choice}</option>`,
    )
    return html`<select${attributes}>${required || fallback !== '' ? '' : html`<option value=""></option>`}${options}</select>`
  }
  if (kind === 'lines')
    return html`<textarea${attributes} rows="4" placeholder="${fallback}">
${value}</textarea>`
  if (isSecret(input)) {
    const forget =
      isSet && !fixed && !required
        ? html`<label><input type="checkbox" name="${name}.forget" value="1"> ${request.t('forget it')}</label>`
        : ''
    const placeholder = isSet ? `•••• ${request.t('leave empty to keep')}` : ''
    return kind === 'secret'
      ? html`<input type="password" autocomplete="off"${attributes} placeholder="${placeholder}">${forget}`
      : html`<textarea autocomplete="off" spellcheck="false" rows="4"${attributes} placeholder="${placeholder}"></textarea>${forget}`
  }
  const type = kind === 'number' ? html`type="text" inputmode="decimal"` : kind === 'date' ? html`type="date"` : html`type="text"`
  return html`<input ${type}${attributes} value="${value}" placeholder="${fallback}">`
}

/** A list of them is typed anew as a whole, one a line. */
function isSecret({ kind }: SettingsInput): boolean {
  return kind === 'secret' || kind === 'secrets'
}

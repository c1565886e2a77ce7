import { arg, defineMacro, html, type MacroFacts, Markup, type TextIn } from 'servus'

/** `<<Help>>`: all macros with their arguments. `<<Help(Name)>>`: the arguments of one. Both come from the macros' own declarations. */
export default defineMacro({
  description: 'The arguments of a macro, or all macros.',
  args: { name: arg.text() },
  dependencies: ['language', 'time'],
  bringsText: true,
  async execute({ request, wiki, render }, { name }) {
    const t: TextIn = (text, values) => request.t(text, values)
    if (name !== null) {
      const facts = await wiki.macroFacts(name)
      return html`${one(facts, name, t)}${facts === null || facts.help === '' ? '' : new Markup(await render(facts.help))}`
    }
    const names = await wiki.pluginNames('macros')
    return all(
      (await Promise.all(names.map((each) => wiki.macroFacts(each)))).filter((facts) => facts !== null),
      t,
    )
  },
})

function one(facts: MacroFacts | null, name: string, t: TextIn): Markup {
  if (facts === null) return html`<strong class="error">${t('There is no macro "{name}".', { name })}</strong>`
  const words = facts.description === '' ? '' : html`<p>${facts.description}</p>`
  if (facts.broken) return html`<p>${t('This macro cannot be loaded.')}</p>`
  if (facts.arguments === null) return html`${words}<p>${t('This macro reads the text between its brackets in its own way.')}</p>`
  if (facts.arguments.length === 0) return html`${words}<p>${t('This macro takes no arguments.')}</p>`
  const rows = facts.arguments.map(
    ({ name, kind, required, fallback, meaning }) =>
      html`<tr><td><code>${name}</code></td><td>${kind}</td><td>${required ? t('must be given') : fallback === null ? '' : html`<code>${fallback}</code>`}</td><td>${meaning}</td></tr>
`,
  )
  return html`${words}<div><table><thead><tr><th>${t('Argument')}</th><th>${t('Kind')}</th><th>${t('Default')}</th><th>${t('Description')}</th></tr></thead><tbody>
${rows}</tbody></table></div>`
}

function all(macros: readonly MacroFacts[], t: TextIn): Markup {
  const rows = macros.map(
    (
      facts,
    ) => html`<tr><td><code>${call(facts)}</code></td><td>${facts.broken ? t('This macro cannot be loaded.') : facts.description}</td></tr>
`,
  )
  return html`<div><table><thead><tr><th>${t('Macro')}</th><th>${t('Description')}</th></tr></thead><tbody>
${rows}</tbody></table></div>`
}

/** `<<Hello(who, times=1)>>`; three dots for what only the macro itself understands. */
function call({ name, arguments: taken }: MacroFacts): string {
  if (taken === null) return `<<${name}(…)>>`
  const inside = taken.map(({ name, fallback }) => (fallback === null ? name : `${name}=${fallback}`)).join(', ')
  return `<<${name}${inside === '' ? '' : `(${inside})`}>>`
}

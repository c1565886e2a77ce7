import { arg, defineMacro, html, type Macro, type Markup } from 'servus'

/**
 * `<<Navigation(children)>>`, `<<Navigation(siblings, 1)>>`: the pages below or beside this one, so many levels deep.
 * `<<Navigation(slideshow)>>` starts a show of the pages below, `<<Navigation(slides)>>` leads through it.
 */
export default defineMacro({
  description: 'Links to the pages around this one.',
  args: { scheme: arg.required(arg.choice(['children', 'siblings', 'slideshow', 'slides'])), depth: arg.int(0) },
  dependencies: ['namespace', 'user', 'request'],
  execute: async (macro, { scheme, depth }) => {
    // On paper there is nothing to navigate.
    if (macro.request.action === 'print') return ''
    const { name } = macro.page
    const parent = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : ''
    if ((scheme === 'siblings' || scheme === 'slides') && parent === '')
      return table(html`<div class="message">${macro.request.t('No parent page found!')}</div>`)
    if (scheme === 'children') return table(links(macro, name, await below(macro, name, depth)))
    if (scheme === 'siblings') return table(links(macro, parent, await below(macro, parent, depth)))
    const slides = await below(macro, scheme === 'slides' ? parent : name, 1)
    return table(scheme === 'slides' ? slide(macro, parent, slides) : start(macro, slides))
  },
})

const table = (content: unknown): Markup => html`<table class="navigation"><tr><td>${content}</td></tr></table>`

async function below({ pages }: Macro, root: string, depth: number): Promise<readonly string[]> {
  const names = await pages.names({ prefix: `${root}/` })
  return depth <= 0 ? names : names.filter((name) => name.slice(root.length + 1).split('/').length <= depth)
}

function links({ wiki, page }: Macro, root: string, names: readonly string[]): Markup[] {
  return names.map((name) => {
    const label = name.slice(root.length)
    return html`${name === page.name ? label : html`<a href="${wiki.url(name)}">${label}</a>`} &nbsp; `
  })
}

function start({ page, request }: Macro, slides: readonly string[]): Markup {
  const first = slides[0]
  if (first === undefined) return html`<div class="message">${request.t('No slides found!')}</div>`
  const show = page.url({ action: 'print', media: 'projection' })
  return html`<a href="${show}">${request.t('Slideshow')}</a> `
}

function slide({ wiki, page, request }: Macro, parent: string, slides: readonly string[]): Markup {
  const at = slides.indexOf(page.name)
  const to = (target: number, sign: string): Markup | string => {
    const name = slides[target]
    return name === undefined || target === at ? sign : html`<a href="${wiki.url(name)}">${sign}</a>`
  }
  const show = page.url({ action: 'print', media: 'projection' })
  const position = request.t('Slide {number} of {count}', { number: at + 1, count: slides.length })
  return html`<a href="${show}">${request.t('Slideshow')}</a> <a href="${wiki.url(parent)}">^</a>  ${to(0, '|<')}  ${to(at - 1, '<<')} ${position} ${to(at + 1, '>>')}  ${to(slides.length - 1, '>|')} `
}

import { existsSync, readFileSync } from 'node:fs'
import { parseInstructions, type Node, type ParserPlugin } from 'servus'
import { formatHtml } from '../../core/markup/format-html.ts'
import type { HtmlContext, MacroHole } from '../../core/markup/html-context.ts'
import { iconImage } from '../../core/markup/html-image.ts'
import { escapeText } from '../../core/markup/html-safety.ts'
import { Ids, anchorName } from '../../core/markup/page-link.ts'
import { attachmentKind } from '../../core/markup/attachment-kind.ts'

/** A page to render, with what MoinMoin made of it. */
export interface Case {
  readonly id: string
  readonly group: string
  readonly pagename: string
  readonly text: string
  readonly moin_html: string
}

/** The cases lie beside the project, where they are at hand at all. */
export const CASES = new URL('../../../shared/markup/', import.meta.url)
export const haveCases = existsSync(new URL('cases.jsonl', CASES))

export function readCases(file = 'cases.jsonl'): Case[] {
  return readFileSync(new URL(file, CASES), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** What was in the wiki of the cases: the names of its pages, the texts of some, attached files in base64. */
export function readSurroundings(): Surroundings {
  const read = (file: string) => JSON.parse(readFileSync(new URL(file, CASES), 'utf8'))
  const { pages, attachments } = read('fixtures.json')
  return { names: new Set([...read('existing-pages.json'), ...Object.keys(pages)]), pages, attachments }
}

interface Surroundings {
  readonly names: ReadonlySet<string>
  readonly pages: Readonly<Record<string, string>>
  readonly attachments: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Renders pages as the wiki of the cases would, with the few macros that need no wiki. */
export class CaseRenderer {
  readonly #pages: ReadonlySet<string>
  readonly #attachments: Surroundings['attachments']
  readonly #parsers = new Map<string, ParserPlugin | null>()

  constructor() {
    const { names, attachments } = readSurroundings()
    this.#pages = names
    this.#attachments = attachments
  }

  async render({ pagename, text }: Pick<Case, 'pagename' | 'text'>): Promise<string> {
    const instructions = parseInstructions(text)
    const parser = (await this.#parser(instructions.format ?? 'wiki')) ?? (await this.#parser('plain'))
    if (!parser) throw new TypeError('there is no parser for plain text')
    const options = { pageName: pagename, args: instructions.formatArgs, isPage: true, bangMeta: true }
    const document = await parser.parse(text, options)
    await this.#fill(document.children, pagename)
    const context = this.#context(pagename, instructions.pragmas.get('section-numbers')?.toLowerCase() ?? null)
    const html = formatHtml(document, context).map((piece) => (typeof piece === 'string' ? piece : runMacro(piece, context)))
    const language = instructions.language === 'de' || instructions.language === 'he' ? instructions.language : 'en'
    return `<div dir="${language === 'he' ? 'rtl' : 'ltr'}" id="content" lang="${language}">${html.join('')}</div>`
  }

  async #parser(name: string): Promise<ParserPlugin | null> {
    const known = this.#parsers.get(name)
    if (known !== undefined) return known
    const file = ['', '/index'].map((end) => new URL(`../../plugins/parsers/${name}${end}.ts`, import.meta.url))
    const found = /^\w+$/.test(name) ? file.find((candidate) => existsSync(candidate)) : undefined
    let plugin: ParserPlugin | null = found ? await import(found.href) : null
    if (
      !plugin &&
      found === undefined &&
      (name === 'python' || name === 'java' || name === 'cplusplus' || name === 'pascal' || name === 'diff')
    ) {
      const highlight = await this.#parser('highlight')
      plugin = highlight && { parse: (text, options) => highlight.parse(text, { ...options, args: `${name} ${options.args}` }) }
    }
    this.#parsers.set(name, plugin)
    return plugin
  }

  async #fill(nodes: readonly Node[], pageName: string, depth = 0): Promise<void> {
    for (const node of nodes) {
      if (node.type === 'embed' && depth < 20) {
        const parser = await this.#parser(node.parser)
        if (parser) node.content = await parser.parse(node.text, { pageName, args: node.args, isPage: false, bangMeta: true })
        if (node.content) await this.#fill(node.content.children, pageName, depth + 1)
      } else if (node.type === 'transclusion' && node.target.kind === 'attachment') {
        const { page, file } = node.target
        const bytes = this.#attachments[page]?.[file]
        if (bytes === undefined || attachmentKind(file) !== 'text') continue
        const extension = /\.\w+$/.exec(file)?.[0] ?? ''
        const parser = await this.#parser(
          ({ '.csv': 'csv', '.html': 'html', '.py': 'highlight' } as Record<string, string>)[extension] ?? 'plain',
        )
        const text = Buffer.from(bytes, 'base64').toString()
        if (parser) node.content = await parser.parse(text, { pageName, args: '', isPage: false, bangMeta: true })
      } else if (node.type === 'table') {
        for (const row of node.rows) for (const cell of row.cells) await this.#fill(cell.children, pageName, depth)
      } else if ('children' in node) await this.#fill(node.children, pageName, depth)
    }
  }

  #context(pageName: string, sectionNumbers: string | null): HtmlContext {
    return {
      pageName,
      pageExists: (name) => this.#pages.has(name),
      attachmentExists: (page, file) => file === '' || this.#attachments[page]?.[file] !== undefined,
      pageUrl: (name, query, anchor) =>
        `/${name.split('/').map(encodeURIComponent).join('/')}${query ? `?${new URLSearchParams(query)}` : ''}${anchor ? `#${anchor}` : ''}`,
      interwiki: (name) => INTERWIKI[name] ?? null,
      staticUrl: '/moin_static1911/modernized',
      language: 'en',
      t: (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])),
      ids: new Ids(),
      idPrefix: '',
      sectionNumbers,
    }
  }
}

const INTERWIKI: Readonly<Record<string, string>> = {
  MoinMoin: 'https://moinmo.in/',
  WikiPedia: 'https://en.wikipedia.org/wiki/',
  Google: 'http://www.google.com/search?q=',
  RFC: 'http://www.ietf.org/rfc/rfc$PAGE.txt',
  PythonInfo: 'https://wiki.python.org/moin/',
  OracleWiki: '/',
}

/** Just enough of the macros to compare the markup around them. */
function runMacro({ name, args, source }: MacroHole, context: HtmlContext): string {
  if (name === 'BR' && !args) return '<br>\n'
  if (name === 'Anchor') return `<span class="anchor" id="${anchorName((args ?? 'anchor').replace(/^"(.*)"$/, '$1'))}"></span>`
  if (name === 'Verbatim') return escapeText(args ?? '')
  if (name === 'Icon' && args) return iconImage(args, context)
  if (/^[A-Z]/.test(name) && !name.startsWith('No')) return `<!-- ${escapeText(name)} -->`
  return `<span title="Cannot load macro ${name}">${escapeText(source)}</span>`
}

// As a program: renders the cases to standard output, in the form the comparer reads.
if (import.meta.filename === process.argv[1]) {
  const renderer = new CaseRenderer()
  for (const one of readCases(process.argv[2])) {
    process.stdout.write(`${JSON.stringify({ id: one.id, html: await renderer.render(one) })}\n`)
  }
}

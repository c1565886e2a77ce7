import type { Formatter } from '../api/formatter.ts'
import { html } from '../api/html.ts'
import type { Dependency, Heading, Included, Macro, MacroOutput, MacroPlugin } from '../api/macro.ts'
import type { MacroServices } from '../api/macro-services.ts'
import type { Page, PageReader } from '../api/page.ts'
import type { WikiRequest } from '../api/request.ts'
import type { SessionWishes } from '../api/session.ts'
import { macroGaveNothing, macroTooSlow, WikiError } from '../api/errors.ts'
import type { Plugins } from '../plugins/plugins.ts'
import { languageMacro } from './language-macro.ts'

/** One macro call as the page's text has it. */
export interface MacroCall {
  readonly name: string
  /** null for `<<X>>`, '' for `<<X()>>`. */
  readonly args: string | null
  /** The call as written. */
  readonly source: string
  /** True when the call stands alone where a block may stand. */
  readonly block: boolean
  /** The line of the text that it begins in, from 1. */
  readonly line: number
  /** How many of the text's own headings stand before it. */
  readonly headingsBefore: number
  /** The headings of the text for another parser that it stands in; null within the page's own text. */
  readonly embedded: readonly Heading[] | null
}

/** One text being shown to one reader: what its macros share. */
export interface Rendering {
  readonly request: WikiRequest
  /** The request for a macro that wishes for a session of its own. */
  requestFor(wishes: SessionWishes): Promise<WikiRequest>
  /** The request for a macro whose output is everyone's: without a visitor, and refusing the session. */
  everyonesRequest(call: MacroCall): WikiRequest
  readonly page: Page
  readonly pages: PageReader
  readonly formatter: Formatter
  readonly services: MacroServices
  readonly plugins: Plugins
  readonly notes: Map<string, unknown>
  /** Milliseconds a macro may take. */
  readonly deadline: number
  /** Those of the page, or of the embedded text that the call stands in. */
  headings(call: MacroCall): Promise<readonly Heading[]>
  addHeading(call: MacroCall, depth: number, words: string): string
  include(call: MacroCall, pageName: string, text: string | undefined): Promise<Included | null>
  render(call: MacroCall, text: string): Promise<string>
  inOrder(call: MacroCall): Promise<void>
  atEnd(write: () => MacroOutput): void
  /** Called with everything that goes wrong; answers the reference that the page shows. */
  fault(fault: MacroFault): string
}

export interface MacroFault {
  readonly macro: string
  readonly page: string
  /** null for a call in a text within the page, whose lines are its own. */
  readonly line: number | null
  readonly file: string
  readonly error: Error
}

/**
 * THE place that calls macros. Whatever a macro does — throw, reject, answer nothing, hang, not load — the page stays readable,
 * with one small box in the macro's place.
 */
export async function runMacro(call: MacroCall, rendering: Rendering): Promise<string> {
  const { plugins } = rendering
  const loaded = plugins.peek('macros', call.name) ?? (await plugins.load('macros', call.name))
  if (loaded === null) return languageMacro(call.name, call.args, rendering.formatter) ?? unknownMacro(call)
  if ('error' in loaded) return box(call, rendering, loaded.file, loaded.error)
  try {
    const output = await execute(loaded.plugin, loaded.file, call, rendering)
    // Checked although typed: a macro may be plain JavaScript.
    if (output === null || output === undefined) throw macroGaveNothing(call.name)
    return String(output)
  } catch (thrown) {
    if (isMisuse(thrown)) {
      rendering.fault({ macro: call.name, page: rendering.page.name, line: lineOf(call), file: loaded.file, error: thrown })
      return misuse(call, rendering, thrown)
    }
    return box(call, rendering, loaded.file, thrownError(thrown))
  }
}

/** What a macro's output depends on; undeclared counts as `['time']`, as in MoinMoin. */
export function dependenciesOf(plugin: MacroPlugin): readonly Dependency[] {
  return plugin.dependencies ?? undeclared
}

/** True when a macro says that its output is the same for all readers. */
export function isEveryones(plugin: MacroPlugin): boolean {
  return dependenciesOf(plugin).every((word) => pureWords.has(word))
}

const pureWords = new Set<Dependency>(['page', 'namespace', 'language'])

/** True for a mistake of whoever wrote the call: what it says is for the page's readers. */
export function isMisuse(error: unknown): error is WikiError {
  return error instanceof WikiError && misuses.has(error.code)
}

const misuses = new Set(['bad-macro-argument', 'bad-pattern', 'pattern-too-slow'])
const undeclared: readonly Dependency[] = ['time']

async function execute(plugin: MacroPlugin, file: string, call: MacroCall, rendering: Rendering): Promise<MacroOutput> {
  const { page, pages, notes } = rendering
  const request = isEveryones(plugin)
    ? rendering.everyonesRequest(call)
    : plugin.session === undefined
      ? rendering.request
      : await rendering.requestFor(plugin.session)
  // Most macros look at neither, and both cost more than running them.
  let abort: AbortController | null = null
  const macro: Macro = {
    name: call.name,
    request,
    get formatter() {
      return rendering.formatter
    },
    page,
    pages,
    notes,
    get signal() {
      return (abort ??= new AbortController()).signal
    },
    get wiki() {
      return rendering.services
    },
    headings: () => rendering.headings(call),
    addHeading: (depth, words) => rendering.addHeading(call, depth, words),
    include: (pageName, text) => rendering.include(call, pageName, text),
    render: (text) => rendering.render(call, text),
    call: (name, args) => runMacro({ ...call, name, args, source: `<<${name}${args === null ? '' : `(${args})`}>>` }, rendering),
    inOrder: () => rendering.inOrder(call),
    atEnd: (write) => rendering.atEnd(write),
    t: (text, values) => rendering.plugins.texts.text(file, request, text, values),
  }
  const answer = rendering.plugins.health.run('macros', call.name, () => plugin.execute(macro, call.args))
  if (!(answer instanceof Promise)) return answer
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = macroTooSlow(call.name, page.name, rendering.deadline)
      abort?.abort(error)
      reject(error)
    }, rendering.deadline)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
    answer.catch(() => {})
  }
}

/** The call as it was written, with MoinMoin's title that says why. */
function unknownMacro({ name, source }: MacroCall): string {
  return html`<span data-macro="unknown" title="Cannot load macro ${name}">${source}</span>`.markup
}

/**
 * MoinMoin's words for a call that does not fit, and where it stands: it is the author's page that is to be mended. The place is an
 * attribute that the theme shows, so that the words stay MoinMoin's.
 */
function misuse(call: MacroCall, { request, page }: Rendering, problem: WikiError): string {
  const line = lineOf(call)
  const place = line === null ? page.name : request.t('{page}, line {line}', { page: page.name, line })
  return html`&lt;&lt;${call.name}: execution failed [${problem.message}] (see also the log)&gt;&gt;<span class="macro-place" data-place="${place}"></span>`
    .markup
}

function lineOf({ embedded, line }: MacroCall): number | null {
  return embedded === null ? line : null
}

/** What is thrown need not be an error, nor even have a text. */
function thrownError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  try {
    return new Error(String(thrown))
  } catch {
    return new Error(`something of type ${typeof thrown} was thrown`)
  }
}

function box(call: MacroCall, rendering: Rendering, file: string, error: Error): string {
  const { request, page } = rendering
  const reference = rendering.fault({ macro: call.name, page: page.name, line: lineOf(call), file, error })
  const said =
    error instanceof WikiError && error.code === 'plugin-off'
      ? request.t('The macro {name} is switched off at the moment.', { name: call.name })
      : request.t('The macro {name} could not be shown (reference {reference}).', { name: call.name, reference })
  const details = request.user.isSuperUser
    ? html`<details><summary>${error.message || error.name}</summary><pre>${error.stack ?? ''}</pre></details>`
    : null
  const tag = call.block ? 'div' : 'span'
  return details === null || !call.block
    ? `<${tag} class="macro-error" role="note">${html`${said}`}</${tag}>${details === null ? '' : details.markup}`
    : `<div class="macro-error" role="note">${html`${said}`}${details.markup}</div>`
}

import { basename } from 'node:path'
import type { Formatter } from '../api/formatter.ts'
import { html } from '../api/html.ts'
import type { Dependency, Heading, Included, Macro, MacroOutput, MacroPlugin } from '../api/macro.ts'
import type { MacroServices } from '../api/macro-services.ts'
import type { Page, PageReader } from '../api/page.ts'
import type { WikiRequest } from '../api/request.ts'
import type { SessionWishes, Soon } from '../api/session.ts'
import { badMacroArgument, macroGaveNothing, macroTooSlow, WikiError } from '../api/errors.ts'
import { closest } from '../base/closest.ts'
import { isThenable } from '../base/soon.ts'
import { within } from '../base/within.ts'
import { placeInStack } from '../plugins/fault-place.ts'
import type { Loaded, Plugins } from '../plugins/plugins.ts'
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
  /** True when the macros of the page have made as much markup as one page may hold. */
  readonly isFull: boolean
  /** Counts what a macro has made. */
  made(markup: string): string
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
 * with one small box in the macro's place. Markup at once from a macro that answers at once: a page may call hundreds.
 */
export function runMacro(call: MacroCall, rendering: Rendering): Soon<string> {
  const loaded = rendering.plugins.peek('macros', call.name)
  if (loaded !== undefined) return runLoaded(call, rendering, loaded)
  return rendering.plugins.load('macros', call.name).then((found) => runLoaded(call, rendering, found))
}

function runLoaded(call: MacroCall, rendering: Rendering, loaded: Loaded<MacroPlugin> | null): Soon<string> {
  if (loaded === null) return languageMacro(call.name, call.args, rendering.formatter) ?? unknownMacro(call, rendering)
  const { file } = loaded
  if ('error' in loaded) return box(call, rendering, file, loaded.error)
  if (rendering.isFull) {
    // Two thousand lists of two thousand headings are a short page and a hundred megabytes.
    const words = rendering.request.t('The macros of this page have made too much already.')
    return failure(call, rendering, file, badMacroArgument(words, call.name, rendering.page.name))
  }
  try {
    const output = execute(loaded.plugin, file, call, rendering)
    return output instanceof Promise
      ? output
          .then((late) => rendering.made(markupOf(late, call)))
          .catch((thrown: unknown) => failure(call, rendering, file, thrown))
      : rendering.made(markupOf(output, call))
  } catch (thrown) {
    return failure(call, rendering, file, thrown)
  }
}

/** Checked although typed: a macro may be plain JavaScript. */
function markupOf(output: MacroOutput | null | undefined, { name }: MacroCall): string {
  if (output === null || output === undefined) throw macroGaveNothing(name)
  return String(output)
}

function failure(call: MacroCall, rendering: Rendering, file: string, thrown: unknown): string {
  if (!isMisuse(thrown)) return box(call, rendering, file, thrownError(thrown))
  rendering.fault({ macro: call.name, page: rendering.page.name, line: lineOf(call), file, error: thrown })
  return misuse(call, rendering, thrown)
}

/** What a macro's output depends on; undeclared counts as `['time']`, as in MoinMoin. */
export function dependenciesOf(plugin: MacroPlugin): readonly Dependency[] {
  return plugin.dependencies ?? undeclared
}

/** True for dependencies that leave a macro's output the same for all readers. */
export function areEveryones(dependencies: readonly string[]): boolean {
  return dependencies.every((word) => pureWords.has(word))
}

const pureWords: ReadonlySet<string> = new Set<Dependency>(['page', 'namespace', 'language'])

/** True for a mistake of whoever wrote the call: what it says is for the page's readers. */
export function isMisuse(error: unknown): error is WikiError {
  return error instanceof WikiError && misuses.has(error.code)
}

const misuses = new Set(['bad-macro-argument', 'bad-pattern', 'pattern-too-slow'])
const undeclared: readonly Dependency[] = ['time']

function execute(plugin: MacroPlugin, file: string, call: MacroCall, rendering: Rendering): Soon<MacroOutput> {
  if (areEveryones(dependenciesOf(plugin)))
    return start(plugin, call, rendering, new MacroRun(call, rendering, file, rendering.everyonesRequest(call)))
  if (plugin.session === undefined) return start(plugin, call, rendering, new MacroRun(call, rendering, file, rendering.request))
  return rendering
    .requestFor(plugin.session)
    .then((request) => start(plugin, call, rendering, new MacroRun(call, rendering, file, request)))
}

function start(plugin: MacroPlugin, call: MacroCall, rendering: Rendering, run: MacroRun): Soon<MacroOutput> {
  const answer = rendering.plugins.health.run('macros', call.name, () => plugin.execute(run, call.args))
  if (!isThenable(answer)) return answer
  return within(rendering.deadline, Promise.resolve(answer), () => {
    const error = macroTooSlow(call.name, rendering.page.name, rendering.deadline)
    run.end(error)
    return error
  })
}

/** What a macro gets. Most macros look at little of it, so that is made when it is asked for; functions may be taken out of it. */
class MacroRun implements Macro {
  readonly name: string
  readonly request: WikiRequest
  readonly #call: MacroCall
  readonly #rendering: Rendering
  readonly #file: string
  #controller: AbortController | null = null
  #over: Error | null = null

  constructor(call: MacroCall, rendering: Rendering, file: string, request: WikiRequest) {
    this.name = call.name
    this.request = request
    this.#call = call
    this.#rendering = rendering
    this.#file = file
  }

  get formatter(): Formatter {
    return this.#rendering.formatter
  }
  get page(): Page {
    return this.#rendering.page
  }
  get pages(): PageReader {
    return this.#rendering.pages
  }
  get notes(): Map<string, unknown> {
    return this.#rendering.notes
  }
  get wiki(): MacroServices {
    return this.#rendering.services
  }
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#over !== null) this.#controller.abort(this.#over)
    }
    return this.#controller.signal
  }
  /** The deadline has come. */
  end(why: Error): void {
    this.#over = why
    this.#controller?.abort(why)
  }

  get headings(): Macro['headings'] {
    return () => this.#rendering.headings(this.#call)
  }
  get addHeading(): Macro['addHeading'] {
    return (depth, words) => this.#rendering.addHeading(this.#call, depth, words)
  }
  get include(): Macro['include'] {
    return (pageName, text) => this.#rendering.include(this.#call, pageName, text)
  }
  get render(): Macro['render'] {
    return (text) => this.#rendering.render(this.#call, text)
  }
  get call(): Macro['call'] {
    return async (name, args) =>
      runMacro({ ...this.#call, name, args, source: `<<${name}${args === null ? '' : `(${args})`}>>` }, this.#rendering)
  }
  get inOrder(): Macro['inOrder'] {
    return () => this.#rendering.inOrder(this.#call)
  }
  get atEnd(): Macro['atEnd'] {
    return (write) => this.#rendering.atEnd(write)
  }
  get t(): Macro['t'] {
    return (text, values) => this.#rendering.plugins.texts.text(this.#file, this.request, text, values)
  }
}

/** The call as it was written, with MoinMoin's title that says why; a name that MoinMoin's macros cannot have is told in its words. */
function unknownMacro({ name, source }: MacroCall, { plugins }: Rendering): Soon<string> {
  if (/\W/.test(name)) return html`&lt;&lt;${name}: invalid macro name&gt;&gt;`.markup
  return plugins.names('macros').then((names) => {
    // Of three letters two may be wrong, and `Foo` is not meant to be `BR`.
    const near = name.length < 4 ? null : closest(name, names)
    const title = `Cannot load macro ${name}${near === null ? '' : `; did you mean ${near}?`}`
    return html`<span data-macro="unknown" title="${title}">${source}</span>`.markup
  })
}

/**
 * MoinMoin's words for a call that does not fit, and where it stands: it is the author's page that is to be mended. The place is an
 * attribute that the theme shows, so that the words stay MoinMoin's.
 */
function misuse(call: MacroCall, { request, page }: Rendering, problem: WikiError): string {
  const line = lineOf(call)
  const place = line === null ? page.name : request.t('{page}, line {line}', { page: page.name, line })
  return html`&lt;&lt;${call.name}: execution failed [${problem.message}] (see also the log)&gt;&gt;<span class="anchor" data-place="${place}"></span>`
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
    ? html`<details><summary>${summaryOf(error)}</summary><pre>${error.stack ?? ''}</pre></details>`
    : null
  const tag = call.block ? 'div' : 'span'
  return details === null || !call.block
    ? `<${tag} class="macro-error" role="note">${html`${said}`}</${tag}>${details === null ? '' : details.markup}`
    : `<div class="macro-error" role="note">${html`${said}`}${details.markup}</div>`
}

/** `Hello.ts:11:26: formatter.txet is not a function`, for whoever is to mend it. */
function summaryOf(error: Error): string {
  const said = error.message || error.name
  const place = placeInStack(error.stack ?? '', said)
  return place === null ? said : `${basename(place.file)}:${place.line}:${place.column}: ${said}`
}

import { type EventPlugin, eventNames } from '../api/events.ts'
import type { ActionPlugin } from '../api/action.ts'
import type { ApiKind, ApiPlugin } from '../api/api-method.ts'
import type { CommandPlugin } from '../api/command-plugin.ts'
import type { FormatterPlugin } from '../api/formatter-plugin.ts'
import type { JobPlugin } from '../api/job.ts'
import type { MacroPlugin } from '../api/macro.ts'
import type { ParserPlugin } from '../api/parser.ts'
import type { PluginKind } from '../api/plugin.ts'
import type { PreferencesPlugin } from '../api/preferences.ts'
import type { ThemePlugin } from '../api/theme.ts'

/** What a plugin of each kind is, once loaded. */
export interface KindOf extends Record<PluginKind, unknown> {
  readonly actions: ActionPlugin
  readonly api: ApiPlugin
  readonly commands: CommandPlugin
  readonly events: EventPlugin
  readonly formatters: FormatterPlugin
  readonly jobs: JobPlugin
  readonly macros: MacroPlugin
  readonly parsers: ParserPlugin
  readonly preferences: PreferencesPlugin
  readonly themes: ThemePlugin
}

/** How a kind is known by its shape. Types are no help here: a plugin may be plain JavaScript. */
export interface Kind {
  /** What a plugin of this kind exports, for the message to somebody whose file does not. */
  readonly wanted: string
  isPlugin(member: (name: string) => unknown): boolean
  /** The file that makes a folder a plugin; `index` unless said otherwise. */
  readonly entry?: string
  /** True when only a folder can be a plugin of this kind. */
  readonly foldersOnly?: boolean
}

const hasFunction =
  (name: string): Kind['isPlugin'] =>
  (member) =>
    typeof member(name) === 'function'

const rights = ['read', 'write', 'delete', 'revert', 'admin']

/** By their names, so that a kind that is added to the contract cannot be forgotten here. */
const params: Readonly<Record<ApiKind, true>> = {
  text: true,
  integer: true,
  boolean: true,
  date: true,
  bytes: true,
  list: true,
  record: true,
}

function areParams(declared: unknown): boolean {
  if (declared === undefined) return true
  if (typeof declared !== 'object' || declared === null) return false
  return Object.values(declared).every((kind) => typeof kind === 'string' && Object.hasOwn(params, kind.replace(/\?$/, '')))
}

/** Every kind that this host loads. */
export const kinds: Readonly<Record<PluginKind, Kind>> = {
  actions: {
    wanted: `function execute(action), and if any a label that is a text, and a right: ${rights.join(', ')} or null`,
    // The menu of every page shows the label, and asks for the right before.
    isPlugin: (member) =>
      typeof member('execute') === 'function' &&
      ['string', 'undefined'].includes(typeof member('label')) &&
      [undefined, null, ...rights].includes(member('right') as string | null | undefined),
  },
  api: {
    wanted: `function execute(call), and if any params of the kinds ${Object.keys(params).join(', ')}, with ? behind what may be left out`,
    // The list of all methods shows them.
    isPlugin: (member) => typeof member('execute') === 'function' && areParams(member('params')),
  },
  commands: {
    wanted: 'usage and function execute(command)',
    isPlugin: (member) => typeof member('usage') === 'string' && typeof member('execute') === 'function',
  },
  events: {
    wanted: `function of the name of an event: ${eventNames.join(', ')}`,
    isPlugin: (member) => eventNames.some((name) => typeof member(name) === 'function'),
  },
  formatters: {
    wanted: 'mimetype and function format(document, context)',
    isPlugin: (member) => typeof member('mimetype') === 'string' && typeof member('format') === 'function',
  },
  jobs: {
    wanted: 'schedule and function execute(job)',
    isPlugin: (member) => typeof member('schedule') === 'string' && typeof member('execute') === 'function',
  },
  macros: {
    wanted: 'function execute(macro, args), and dependencies that are a list if any',
    isPlugin: (member) =>
      typeof member('execute') === 'function' && (member('dependencies') === undefined || Array.isArray(member('dependencies'))),
  },
  parsers: { wanted: 'function parse(text, options)', isPlugin: hasFunction('parse') },
  preferences: {
    wanted: 'label and functions show(call) and save(call)',
    isPlugin: (member) =>
      typeof member('label') === 'string' && ['show', 'save'].every((name) => typeof member(name) === 'function'),
  },
  themes: {
    wanted: 'label and stylesheets',
    isPlugin: (member) => typeof member('label') === 'string' && Array.isArray(member('stylesheets')),
    entry: 'theme',
    foldersOnly: true,
  },
}

/** Kinds that can be loaded, in the order of their folders' names. */
export const kindNames = Object.keys(kinds) as readonly PluginKind[]

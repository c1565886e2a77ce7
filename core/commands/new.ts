import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../api/errors.ts'
import { closest } from '../base/closest.ts'
import { loadConfig } from '../farm/load-config.ts'
import { type Command, type CommandCall, textOption } from './command.ts'

/** Writes a plugin of a kind with a test that passes. Nothing that is there already is touched. */
export const newPlugin: Command = {
  usage:
    'new KIND NAME [--dir FOLDER]   (KIND: macro action parser theme formatter event auth store service preferences api job command)',
  options: { dir: { type: 'string' } },
  run,
}

/** Where a kind of plugin lies, what its names must look like, and how to see it. */
interface Scaffold {
  readonly folder: string
  readonly names: NameRule
  next(name: string): string
}

interface NameRule {
  readonly pattern: RegExp
  readonly inWords: string
}

const macroName: NameRule = {
  pattern: /^[A-Z]\w*$/,
  inWords: 'begin with a capital letter and go on with letters, digits and _, as it is called on pages: Weather',
}
const addressName: NameRule = {
  pattern: /^[A-Za-z][\w-]*$/,
  inWords: 'begin with a letter and go on with letters, digits, _ and -: weather',
}
const className: NameRule = {
  pattern: /^[A-Z]\w*$/,
  inWords: 'begin with a capital letter and go on with letters and digits, as classes do: DoorKeeper',
}

/** The texts themselves are files in `bin/scaffolds/KIND`, in which NAME stands for the name. */
const scaffolds: Readonly<Record<string, Scaffold>> = {
  macro: {
    folder: 'macros',
    names: macroName,
    next: (name) => `Write <<${name}>> on a page, or <<Help(${name})>>: it is there on the next view.`,
  },
  action: {
    folder: 'actions',
    names: addressName,
    next: (name) => `Add ?action=${name} to the address of a page, or choose "${name}" from its menu.`,
  },
  parser: { folder: 'parsers', names: addressName, next: (name) => `Begin a page with "#format ${name}".` },
  theme: { folder: 'themes', names: addressName, next: (name) => `Choose "${name}" in your preferences.` },
  formatter: {
    folder: 'formatters',
    names: addressName,
    next: (name) => `Add ?action=format&mimetype=text/x-${name} to the address of a page.`,
  },
  event: { folder: 'events', names: addressName, next: () => 'Save a page that has the word "casino" in it.' },
  auth: {
    folder: 'auth',
    names: className,
    next: (name) => `Say in wikiconfig.ts: auth: [new ${name}('the word of the day')], and import it from this file.`,
  },
  store: {
    folder: 'stores',
    names: className,
    next: (name) => `Say in wikiconfig.ts: sessionStore: new ${name}(), and import it from this file.`,
  },
  service: {
    folder: 'sessions',
    names: className,
    next: (name) => `Say in wikiconfig.ts: sessionService: new ${name}(), and import it from this file.`,
  },
  preferences: {
    folder: 'preferences',
    names: addressName,
    next: (name) => `Log in and open ?action=userprefs&tab=${name}.`,
  },
  api: { folder: 'api', names: addressName, next: (name) => `Ask for /+api/${name}?pagename=FrontPage.` },
  job: {
    folder: 'jobs',
    names: addressName,
    next: (name) => `Each run writes the page PageReport of your wiki. Run it now: npx servus jobs run ${name}`,
  },
  command: { folder: 'commands', names: addressName, next: (name) => `Run it: npx servus ${name}` },
}

async function run(call: CommandCall): Promise<number> {
  const [kind = '', name = ''] = call.words
  const scaffold = Object.hasOwn(scaffolds, kind) ? scaffolds[kind] : undefined
  if (scaffold === undefined) {
    const near = closest(kind, Object.keys(scaffolds))
    return refuse(
      `there is no kind of plugin called "${kind}"${near === null ? '' : `; did you mean ${near}?`}\nusage: servus ${newPlugin.usage}`,
    )
  }
  if (!scaffold.names.pattern.test(name))
    return refuse(`"${name}" is no name for a plugin of the kind ${kind}: it must ${scaffold.names.inWords}`)
  const folder = join(await pluginFolder(call), scaffold.folder)
  const files = filesOf(kind, name)
  const taken = [...files.keys(), `${name}.js`, name].map((file) => join(folder, file)).find((file) => existsSync(file))
  if (taken !== undefined) return refuse(`${shown(taken)} is there already, and is left as it is: choose another name`)
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text, { flag: 'wx' })
    process.stdout.write(`wrote ${shown(join(folder, file))}\n`)
  }
  const [plugin = ''] = files.keys()
  process.stdout.write(`${scaffold.next(name)}\nCheck it and run its test: npx servus check ${shown(join(folder, plugin))}\n`)
  return 0
}

/** Texts by file name; the plugin first. */
function filesOf(kind: string, name: string): ReadonlyMap<string, string> {
  const source = fileURLToPath(new URL(`../../bin/scaffolds/${kind}`, import.meta.url))
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file))
  const inOrder = names.sort((a, b) => Number(/\.test\.ts$|\.(wiki|css)$/.test(a)) - Number(/\.test\.ts$|\.(wiki|css)$/.test(b)))
  return new Map(
    inOrder.map((file) => [file.replaceAll('NAME', name), readFileSync(join(source, file), 'utf8').replaceAll('NAME', name)]),
  )
}

/** The wiki's own folder of plugins, unless `--dir` names another. */
async function pluginFolder(call: CommandCall): Promise<string> {
  const dir = textOption(call, 'dir')
  if (dir !== undefined) return resolve(dir)
  const plan = await loadConfig({
    configDir: textOption(call, 'config') ?? 'config',
    dataDir: textOption(call, 'data') ?? 'data',
  })
  const wanted = textOption(call, 'wiki')
  const names = plan.wikis.map(({ config }) => config.siteId)
  const wiki = plan.wikis.find(({ config }) => names.length === 1 || config.siteId === wanted)
  if (wiki === undefined)
    throw new ConfigError('--wiki', `name one of ${names.join(', ')}, or the folder of the plugin with --dir`)
  return join(wiki.config.dataDir, 'plugins')
}

function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') ? file : near
}

function refuse(why: string): number {
  process.stderr.write(`servus new: ${why}\n`)
  return 2
}

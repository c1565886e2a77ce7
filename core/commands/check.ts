import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostVersion } from '../base/host-version.ts'
import { configWarnings } from '../farm/check-config.ts'
import { loadConfig } from '../farm/load-config.ts'
import { faultPlace } from '../plugins/fault-place.ts'
import { kindNames } from '../plugins/kinds.ts'
import { Plugins } from '../plugins/plugins.ts'
import { sideFaults } from '../plugins/side-faults.ts'
import { type Finding, inOneLine } from './check-finding.ts'
import { readSource } from './check-source.ts'
import { runTests, testsBeside } from './check-suites.ts'
import { type CheckTarget, importedIn, targetsAt } from './check-targets.ts'
import { findTypeScript, programOf, typeFindings } from './check-types.ts'
import { type Command, type CommandCall, textOption } from './command.ts'
import { openForCommand } from './open.ts'

/**
 * Reads the configuration and loads every plugin; of those that are not the program's own, or those at a path, it looks at types,
 * escaping and dependencies too, and runs the tests beside them.
 */
export const check: Command = {
  usage: 'check [--no-tests] [PATH]',
  options: { 'no-tests': { type: 'boolean' } },
  run,
}

/** A plugin, and why it cannot be loaded. */
interface Loading {
  readonly target: CheckTarget
  readonly error: Error | null
}

const house = fileURLToPath(new URL('../../', import.meta.url))

async function run(call: CommandCall): Promise<number> {
  const [path] = call.words
  const loadings = path === undefined ? await loadConfigured(call) : await loadAll(await targetsAt(path))
  const findings: Finding[] = []
  for (const { target, error } of loadings)
    if (error !== null) findings.push({ ...(await faultPlace(error, target.file)), weight: 'error' })
  const own = loadings.map(({ target }) => target).filter(({ file }) => path !== undefined || !isBuiltIn(file))
  const beside = (await Promise.all(own.map(({ file }) => sideFaults(file)))).flat()
  for (const [, place] of new Map(beside.map((each) => [each.file, each]))) findings.push({ ...place, weight: 'error' })
  findings.push(...(await lookAt(own, new Set(findings.map(({ file }) => file)))))
  for (const finding of findings) say(inOneLine(finding, shown))
  const errors = findings.filter(({ weight }) => weight === 'error').length
  const failed = call.values['no-tests'] === true ? false : await testsFail(own, findings)
  const builtIn = loadings.length - own.length
  const plugins =
    path === undefined ? `${count(own.length, 'plugin')} of yours and ${builtIn} built in` : count(own.length, 'plugin')
  say(`${plugins}, ${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}${failed ? ', and tests fail' : ''}.`)
  return errors > 0 || failed ? 1 : 0
}

async function loadConfigured(call: CommandCall): Promise<readonly Loading[]> {
  const plan = await loadConfig({
    configDir: textOption(call, 'config') ?? 'config',
    dataDir: textOption(call, 'data') ?? 'data',
  })
  const farm = await openForCommand(call)
  const all = new Map<string, Loading>()
  try {
    for (const { wiki } of farm.wikis)
      for (const kind of kindNames)
        for (const name of await wiki.parts.plugins.names(kind)) {
          const loaded = await wiki.parts.plugins.load(kind, name)
          if (loaded !== null)
            all.set(loaded.file, { target: { kind, name, file: loaded.file }, error: 'error' in loaded ? loaded.error : null })
        }
  } finally {
    await farm.close()
  }
  const warnings = configWarnings(plan.wikis.map(({ config }) => config))
  say(warnings.length === 0 ? `${plan.file} is good.` : warnings.map((warning) => `${plan.file}: ${warning}`).join('\n'))
  const folders = new Set(plan.wikis.flatMap(({ config }) => [join(config.dataDir, 'plugins'), ...config.pluginDirs]))
  return [...all.values(), ...(await loadAll((await Promise.all([...folders].map(importedIn))).flat()))]
}

async function loadAll(targets: readonly CheckTarget[]): Promise<readonly Loading[]> {
  return Promise.all(targets.map(async (target) => ({ target, error: await loadError(target) })))
}

async function loadError({ kind, name, file }: CheckTarget): Promise<Error | null> {
  if (kind !== null) {
    const folder = file.slice(0, file.lastIndexOf(`/${kind}/`) + kind.length + 1)
    const loaded = await new Plugins([{ folderOf: (wanted) => (wanted === kind ? folder : null) }], { host: hostVersion() }).load(
      kind,
      name,
    )
    return loaded !== null && 'error' in loaded ? loaded.error : null
  }
  try {
    await import(/* @vite-ignore */ file)
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Types, escaping, dependencies. What did not load for a mistake in its text is not looked at again. */
async function lookAt(targets: readonly CheckTarget[], broken: ReadonlySet<string>): Promise<readonly Finding[]> {
  const [first] = targets
  if (first === undefined) return []
  const compiler = await findTypeScript(first.file)
  if (compiler === null) {
    say(
      'Types, escaping and dependencies were not looked at: there is no TypeScript 5 here. Get it by: npm install --save-dev typescript@5',
    )
    return []
  }
  const files = targets.flatMap(({ file }) => [file, ...testsBeside(file)])
  const program = programOf(compiler, files)
  const findings = [
    ...typeFindings(
      compiler,
      program,
      files.filter((file) => !broken.has(file)),
    ),
  ]
  for (const { kind, name, file } of targets) {
    const source = program.getSourceFile(file)
    if (source === undefined) continue
    const facts = readSource(compiler, source, kind)
    findings.push(...facts.findings)
    const uses = facts.uses.length === 0 ? 'nothing of servus' : facts.uses.join(', ')
    const range = facts.requires === null ? '' : `; requires ${facts.requires}`
    const tests = testsBeside(file).length === 0 ? '; no test beside it' : ''
    say(`${kind === null ? '' : `${kind}/`}${name}: uses ${uses}${range}${tests}`)
  }
  return findings
}

/** What has an error is not run as well: it would say the same once more, and at length. */
async function testsFail(targets: readonly CheckTarget[], findings: readonly Finding[]): Promise<boolean> {
  const wrong = new Set(findings.filter(({ weight }) => weight === 'error').map(({ file }) => file))
  const suites = targets.map(({ file }) => ({ tests: testsBeside(file), isWrong: wrong.has(file) }))
  const isHeld = ({ tests, isWrong }: (typeof suites)[number]): boolean => isWrong || tests.some((test) => wrong.has(test))
  const held = suites.filter(isHeld).flatMap(({ tests }) => tests)
  if (held.length > 0) say(`Not run before these errors are mended: ${[...new Set(held)].map(shown).join(', ')}`)
  const files = suites.filter((suite) => !isHeld(suite)).flatMap(({ tests }) => tests)
  if (files.length === 0) return false
  const code = await runTests(files)
  if (code === null) say('The tests were not run: there is no vitest here. Get it by: npm install --save-dev vitest')
  return code !== null && code !== 0
}

function isBuiltIn(file: string): boolean {
  return file.startsWith(`${house}macros/`) || file.startsWith(`${house}plugins/`)
}

function shown(file: string): string {
  const near = relative(process.cwd(), file)
  return near.startsWith('..') ? file : near
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

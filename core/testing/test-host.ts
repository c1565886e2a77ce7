import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import pino from 'pino'
import type { FarmSettings } from '../api/config.ts'
import { everywhere } from '../commands/command.ts'
import { commandOf, runCommand } from '../commands/plugin-commands.ts'
import type { SingleWikiSettings } from '../farm/define.ts'
import type { WikiFarm } from '../farm/farm.ts'
import { planFarm, planWiki } from '../farm/load-config.ts'
import { openFarm } from '../farm/open-farm.ts'
import { ProxyTrust } from '../http/proxy-trust.ts'
import { openServer } from '../server.ts'
import { PasswordHasher } from '../users/passwords/password-hasher.ts'
import { Jobs } from '../wiki/jobs.ts'
import { renderForReader } from '../wiki/render-text.ts'
import type { Wiki } from '../wiki/wiki.ts'
import './plugin-loader.ts'
import { type Answer, type SendOptions, TestBrowser } from './test-browser.ts'

/** What a test host begins with. */
export interface TestHostOptions {
  /** One wiki's settings; anyone may write unless `aclRightsDefault` says otherwise. */
  readonly wiki?: SingleWikiSettings
  /** Or a farm's. */
  readonly farm?: FarmSettings
  /** Pages to begin with: name -> text. */
  readonly pages?: Readonly<Record<string, string>>
  /** Files in the data folder to begin with, plugins for instance: `'plugins/macros/Hello.ts'` -> text. */
  readonly files?: Readonly<Record<string, string>>
  /** Accounts to begin with: name -> password. */
  readonly users?: Readonly<Record<string, string>>
  /** An existing folder to use; it is not removed afterwards. */
  readonly dataDir?: string
  /** Milliseconds until a request's head must be complete. */
  readonly headersTimeout?: number
  /** Bytes of forms that may be in memory at once. */
  readonly mostInFlight?: number
  /** Milliseconds since 1970 at the beginning; the clock stands still until `advance`. */
  readonly now?: number
}

/** A wiki host for tests: a real server on a free port of this machine, real files in a temporary folder, and a clock one can move. */
export interface TestHost {
  readonly port: number
  readonly dataDir: string
  /** The host from inside, for tests of the program itself: it may change with every version. */
  readonly farm: WikiFarm
  /** The only (or first) wiki, likewise. */
  readonly wiki: Wiki
  /** A browser of its own: a new visitor. `host` is the name it calls the server by. */
  browser(host?: string): TestBrowser
  /** What a visitor gets who was never here: `get('/Page?action=raw')`. For a visitor with cookies keep a `browser()`. */
  get(address: string, options?: SendOptions): Promise<Answer>
  /** A browser in which this account is signed in. */
  signedIn(name: string, password: string): Promise<TestBrowser>
  /** Markup of a wiki text for an anonymous reader. */
  render(text: string, pageName?: string): Promise<string>
  /** Runs a job now, due or not, and waits for it. Throws when it fails. */
  runJob(name: string): Promise<void>
  /** When a job is due next, by the clock of the host; null: never. */
  jobDue(name: string): Promise<Date | null>
  /** What `npx servus NAME …` would answer: `command('NAME', '--loud')`. */
  command(name: string, ...args: readonly string[]): Promise<CommandAnswer>
  /** Moves the clock by seconds. */
  advance(seconds: number): void
  /** What was logged so far, one object a line. */
  log(): readonly Record<string, unknown>[]
  close(): Promise<void>
}

/** What a command left on the command line. */
export interface CommandAnswer {
  /** The exit code. */
  readonly code: number
  /** On standard output. */
  readonly printed: string
  /** On standard error. */
  readonly complained: string
}

/** Opens a test host; close it when the test is over. */
export async function createTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'servus-test-')))
  for (const [name, text] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(dataDir, name)), { recursive: true })
    await writeFile(join(dataDir, name), text)
  }
  let now = options.now ?? Date.UTC(2026, 0, 15, 12)
  const clock = { now: () => now }
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: options.wiki?.logLevel ?? options.farm?.logLevel ?? 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  )
  const plan =
    options.farm === undefined
      ? planWiki({ aclRightsDefault: 'All:read,write,delete,revert', ...options.wiki }, 'test settings', dataDir)
      : planFarm(options.farm, 'test settings', dataDir)
  // Cheap hashes: a test of passwords is not a test of patience.
  const farm = await openFarm(plan, { log, clock, hasher: new PasswordHasher({ cost: { ln: 4, r: 8, p: 1 } }) })
  const [{ wiki } = { wiki: null }] = farm.wikis
  if (wiki === null) throw new Error('a test host needs a wiki')
  for (const [name, text] of Object.entries(options.pages ?? {}))
    await wiki.store.save(name, {
      text,
      base: (await wiki.store.state(name)).revision,
      author: { userId: '', address: '', host: '' },
    })
  for (const [name, password] of Object.entries(options.users ?? {})) await addUser(wiki, name, password)
  const server: Server = openServer({
    farm,
    log,
    trust: new ProxyTrust(plan.host.trustedProxies ?? []),
    mostInFlight: options.mostInFlight,
    ...(options.headersTimeout === undefined ? {} : { headersTimeout: options.headersTimeout }),
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const jobs = new Jobs(wiki.parts)
  const browser = (host?: string): TestBrowser =>
    new TestBrowser(port, { ...(host === undefined ? {} : { host }), now: clock.now })
  return {
    port,
    dataDir,
    farm,
    wiki,
    browser,
    get: (address, sending) => browser().get(address, sending),
    signedIn: async (name, password) => {
      const visitor = browser()
      const answer = await visitor.submit('/?action=login', { name, password }, { follow: false })
      if (answer.status !== 303) throw new Error(`${name} could not sign in: status ${answer.status}`)
      return visitor
    },
    render: (text, pageName = 'TestPage') => renderForReader(wiki, pageName, text),
    runJob: async (name) => {
      const run = await jobs.run(name)
      if (run === null) throw new Error(`there is no job named ${name}`)
      if (run === 'running') throw new Error(`the job ${name} runs already`)
      if (run.error !== null) throw new Error(`the job ${name} failed: ${run.error}`)
    },
    jobDue: async (name) => {
      const job = (await jobs.list()).find((one) => one.name === name)
      if (job === undefined) throw new Error(`there is no job named ${name}`)
      if (job.problem !== null) throw new Error(job.problem)
      return job.next
    },
    command: (name, ...args) => callCommand(wiki, name, args),
    advance: (seconds) => {
      now += seconds * 1000
    },
    log: () => lines,
    close: async () => {
      await jobs.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await farm.close()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function callCommand(wiki: Wiki, name: string, args: readonly string[]): Promise<CommandAnswer> {
  const plugin = await commandOf(wiki.parts.plugins, name)
  if (plugin === null) throw new Error(`there is no command named ${name}`)
  const [printed, complained]: [string[], string[]] = [[], []]
  const { values, positionals: words } = parseArgs({
    args: [...args],
    options: { ...everywhere, ...plugin.options },
    allowPositionals: true,
  })
  const code = await runCommand(name, plugin, {
    values: values as Record<string, string | boolean | undefined>,
    words,
    wiki: wiki.parts.tools,
    print: (line) => void printed.push(`${line}\n`),
    complain: (line) => void complained.push(`${line}\n`),
  })
  return { code, printed: printed.join(''), complained: complained.join('') }
}

async function addUser(wiki: Wiki, name: string, password: string): Promise<void> {
  const hasher = new PasswordHasher({ cost: { ln: 4, r: 8, p: 1 } })
  const made = await wiki.parts.users.create({ name, email: '', password: await hasher.hash(password) })
  if (typeof made === 'string') throw new Error(`the account ${name} cannot be made: ${made}`)
}

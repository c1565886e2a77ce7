import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../bin/servus.js', import.meta.url))

/** A `servus` process for tests. End it with `stop`. */
export interface Running {
  readonly process: ChildProcess
  /** What it wrote to standard error so far. */
  said(): string
  /** What it wrote to standard output so far. */
  out(): string
  /** Its exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Another `servus` than this checkout's, or another folder to run it in. */
export interface RunFrom {
  readonly command?: string
  readonly cwd?: string
}

/** Starts `servus` with arguments, as a person would. */
export function runServus(args: readonly string[], input?: string, from: RunFrom = {}): Running {
  // vitest's own environment would change what is tested.
  const { NODE_ENV: _, VITEST: __, NODE_OPTIONS: ___, ...environment } = process.env
  const child = spawn(process.execPath, [from.command ?? command, ...args], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(from.cwd === undefined ? {} : { cwd: from.cwd }),
  })
  let err = ''
  let out = ''
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8')
  })
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8')
  })
  child.stdin.end(input ?? '')
  const exit = once(child, 'close').then(([code]) => code as number | null)
  return {
    process: child,
    said: () => err,
    out: () => out,
    exit,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return exit
    },
  }
}

/** Starts a wiki on a free port and waits for its address. */
export async function serveWiki(args: readonly string[], from: RunFrom = {}): Promise<Running & { port: number }> {
  const running = runServus(['serve', '--port', '0', ...args], undefined, from)
  for (;;) {
    const port = /Servus is at http:\/\/[^\s]*:(\d+)\//.exec(running.said())?.[1]
    if (port !== undefined) return { ...running, port: Number(port) }
    const ended = await Promise.race([
      running.exit.then(() => true),
      once(running.process.stderr as NodeJS.EventEmitter, 'data').then(() => false),
    ])
    if (ended) throw new Error(`servus ended before it served: ${running.said()}`)
  }
}

import type { Command, CommandCall } from './command.ts'

/** Serves the wiki or farm until it is told to stop. */
export const serve: Command = {
  usage: 'serve [--host H] [--port N] [--workers N] [--no-standby] [--safe] [--dev]',
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    workers: { type: 'string' },
    'no-standby': { type: 'boolean' },
    safe: { type: 'boolean' },
    dev: { type: 'boolean' },
  },
  run,
}

/** Which process this is: each loads only what it needs. */
async function run(call: CommandCall): Promise<number> {
  if (call.values['dev'] === true) return (await import('./dev.ts')).serveForDevelopment(call)
  if (process.env['SERVUS_WORKER'] !== undefined && process.send !== undefined) return (await import('./work.ts')).work(call)
  return (await import('./supervise.ts')).supervise(call)
}

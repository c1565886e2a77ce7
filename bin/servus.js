#!/usr/bin/env node
// Starts the command line. A published package holds JavaScript in dist/; a checkout runs its TypeScript: by Node itself where it can,
// else by tsx. Plugins may lie in any folder on disk: `servus` is resolved for them by hooks.js.
import { existsSync } from 'node:fs'
import * as module from 'node:module'

module.enableCompileCache?.()
const built = new URL('../dist/core/main.js', import.meta.url)
const isCheckout = existsSync(new URL('../core/main.ts', import.meta.url))
const serves = [undefined, 'serve'].includes(process.argv[2]) || process.argv[2]?.startsWith('-')
const fast = isCheckout ? await import('./fast-start.js') : null
// The process that a person starts has the port and looks after others, which have the wikis: it loads next to nothing.
const isWorker = process.env['SERVUS_WORKER'] !== undefined
// They go by what it has found: looking at each file takes its time.
const folder = (isWorker ? process.env['SERVUS_BUNDLE'] : undefined) ?? fast?.bundleFolder() ?? ''
let bundle = fast?.bundled(folder) ?? null
// Development starts the wiki again after each change: there the first start waits for the bundle rather than the next ones.
if (fast !== null && bundle === null && process.argv.includes('--dev')) {
  await fast.makeBundle(folder).catch(() => {})
  bundle = fast.bundled(folder)
}
process.setSourceMapsEnabled(bundle !== null)
// What is JavaScript already is loaded before the hooks are there: each import would wait for their thread.
const early = bundle?.main ?? (isCheckout ? null : built.href)
const loaded = early === null ? null : await import(early)
const supervises = serves && !isWorker && !process.argv.includes('--dev')
if (supervises && folder !== '') process.env['SERVUS_BUNDLE'] = folder
if (bundle !== null && serves) await import(supervises ? bundle.supervise : bundle.work)
// Configurations and plugins ask for it.
if (bundle !== null && !supervises) await import(bundle.index)
if (!supervises || early === null) {
  if (!process.features.typescript) await registerTsx()
  module.register('./hooks.js', { parentURL: import.meta.url, data: { bundle } })
}
const { main } = loaded ?? (await import('../core/main.ts'))
// Without the bundle everything works as well, only slower: a checkout that cannot be written is no fault.
if (fast !== null && bundle === null && serves && !isWorker)
  setTimeout(() => fast.makeBundle(folder).catch(() => {}), 3000).unref()
process.exitCode = await main(process.argv.slice(2))
// What was written to a pipe may still be on its way, and an exit would cut it off.
if (!serves) await Promise.all([process.stdout, process.stderr].map(written))
process.exit()

/** Settles when whoever reads has all of it, or reads no more. */
function written(stream) {
  if (stream.writableLength === 0) return null
  return new Promise((resolve) => stream.once('error', resolve).write('', resolve))
}

/** What tsx does in the thread of the hooks is all that is needed of it; its part for this thread takes its time to load. */
async function registerTsx() {
  if (typeof module.registerHooks === 'function') return (await import('tsx/esm/api')).register()
  process.setSourceMapsEnabled(true)
  module.register('tsx/esm', { parentURL: import.meta.url, data: {} })
}

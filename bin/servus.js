#!/usr/bin/env node
// Starts the command line. A published package holds JavaScript in dist/; a checkout runs the TypeScript as it is: by Node itself
// where it can, else by tsx. Plugins may lie in any folder on disk: `servus` is resolved for them by hooks.js.
import { existsSync } from 'node:fs'
import * as module from 'node:module'

module.enableCompileCache?.()
const built = new URL('../dist/core/main.js', import.meta.url)
if (!process.features.typescript) (await import('tsx/esm/api')).register()
module.register('./hooks.js', import.meta.url)
const { main } = await import(existsSync(built) ? built.href : new URL('../core/main.ts', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2))
if (process.exitCode !== undefined) process.exit()

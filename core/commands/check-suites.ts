import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const config = fileURLToPath(new URL('../../bin/plugin-tests.config.js', import.meta.url))

/** The tests beside a plugin: `Hello.test.ts`; of a plugin that is a folder all in it. */
export function testsBeside(file: string): readonly string[] {
  const folder = dirname(file)
  const name = basename(file).replace(/\.[^.]+$/, '')
  const isFolder = name === 'index' || name === 'theme'
  return readdirSync(folder)
    .filter((other) => (isFolder ? /\.test\.[cm]?[jt]s$/.test(other) : new RegExp(`^${name}\\.test\\.[cm]?[jt]s$`).test(other)))
    .map((other) => join(folder, other))
}

/** Runs test files by vitest: the plugins' own, else the one beside this program. null: there is none. Otherwise the exit code. */
export async function runTests(files: readonly string[]): Promise<number | null> {
  const root = dirname(files[0] ?? '.')
  const vitest = findVitest(root)
  if (vitest === null) return null
  const { VITEST: _, NODE_ENV: __, ...environment } = process.env
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--config', config, '--root', root, '--dir', commonFolder(files), ...files],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: environment,
    },
  )
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}

function findVitest(folder: string): string | null {
  for (const from of [join(folder, 'x.js'), fileURLToPath(import.meta.url)]) {
    try {
      const file = join(dirname(createRequire(from).resolve('vitest/package.json')), 'vitest.mjs')
      if (existsSync(file)) return file
    } catch {
      // Not from here.
    }
  }
  return null
}

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '.')
  while (!files.every((file) => file.startsWith(`${folder}/`))) folder = dirname(folder)
  return folder
}

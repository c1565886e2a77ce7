// How `servus check` runs the tests beside plugins, which may lie in any folder on disk: as bin/hooks.js has it, `servus` is this very
// package there, and what a test needs comes from beside it where the folder has none of its own.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const core = fileURLToPath(new URL('../core', import.meta.url))
// A published package holds this file beside its JavaScript, in dist/.
const ending = existsSync(join(core, 'index.ts')) ? 'ts' : 'js'
const require = createRequire(import.meta.url)

const beside = (name, file) => {
  try {
    return [{ find: new RegExp(`^${name}$`), replacement: join(dirname(require.resolve(`${name}/package.json`)), file) }]
  } catch {
    return []
  }
}

export default {
  cacheDir: join(tmpdir(), 'servus-plugin-tests'),
  resolve: {
    alias: [
      { find: /^servus$/, replacement: join(core, `index.${ending}`) },
      { find: /^servus\/(session|testing)$/, replacement: join(core, `$1/index.${ending}`) },
      ...beside('zod', 'index.js'),
      ...beside('vitest', 'dist/index.js'),
    ],
  },
  test: {
    include: ['**/*.test.{ts,js,mjs}'],
    pool: 'forks',
    isolate: false,
    testTimeout: 20_000,
    // Not what lies in a checkout's own node_modules, wherever that is: vite warns of source maps there.
    server: { deps: { inline: [/servus[^/]*\/(?!.*node_modules\/)/] } },
  },
}

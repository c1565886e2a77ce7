import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// A test beside a plugin, in macros/ or data/plugins/ say, runs when somebody names it, and only then.
const named = process.argv
  .slice(2)
  .filter((word) => word.endsWith('.test.ts') && existsSync(word))
  .map((word) => relative(here('.'), resolve(word)))

export default defineConfig({
  // What `exports` in package.json says, for the test runner's own resolver.
  resolve: {
    alias: [
      { find: /^servus\/session$/, replacement: here('core/session/index.ts') },
      { find: /^servus\/testing$/, replacement: here('core/testing/index.ts') },
      { find: /^servus$/, replacement: here('core/index.ts') },
      // As bin/hooks.js has it: a plugin in any folder on disk finds the validator that comes with the program.
      { find: /^zod$/, replacement: here('node_modules/zod/index.js') },
    ],
  },
  // Three files at a time: many of them wait for a disk, a process or a browser.
  test: {
    globalSetup: 'test/bundle-once.ts',
    maxWorkers: 3,
    include: ['test/**/*.test.ts', ...named],
    exclude: ['**/node_modules/**'],
    testTimeout: 20_000,
    pool: 'forks',
    isolate: false,
  },
})

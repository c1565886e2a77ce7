// Makes what a published package holds: `node bin/build.js [FOLDER]`, dist/ by default. Node strips no types below node_modules, so
// the folder is the checkout once more, in JavaScript with declarations: what looks for files beside itself finds them there, too.
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = resolve(process.argv[2] ?? join(root, 'dist'))
// It appears whole or not at all, however many processes make it.
const draft = `${folder}.${process.pid}`

try {
  compile()
  for (const name of ['core', 'macros', 'plugins']) copy(name, (file) => !file.endsWith('.ts'))
  for (const name of ['bin/scaffolds', 'bin/plugin-tests.config.js']) copy(name, () => true)
  writeFileSync(join(draft, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
  rmSync(folder, { recursive: true, force: true })
  renameSync(draft, folder)
} finally {
  rmSync(draft, { recursive: true, force: true })
}

function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', draft], { stdio: 'inherit' })
  // Nobody imports a macro or a plugin of the house by its types.
  for (const name of ['macros', 'plugins', 'config'])
    for (const file of readdirSync(join(draft, name), { recursive: true }))
      if (file.endsWith('.d.ts')) rmSync(join(draft, name, file))
}

/** What is no TypeScript goes along as it is: templates, pages, pictures, catalogues. */
function copy(name, goesAlong) {
  cpSync(join(root, name), join(draft, name), {
    recursive: true,
    filter: (file) => !/[/\\](\.[^/\\]*|node_modules)$/.test(file) && goesAlong(file),
  })
}

/** For the files below `dist` the package begins there. */
function manifest() {
  const { name, version, type, license, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const here = Object.entries(exports).map(([entry, { types, default: file }]) => [
    entry,
    { types: types.replace('./dist/', './'), default: file.replace('./dist/', './') },
  ])
  return { name, version, type, license, exports: Object.fromEntries(here) }
}

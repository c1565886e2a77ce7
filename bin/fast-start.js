// A checkout runs its TypeScript as it is, file by file: some 250 files through the loader, which takes most of the start. So the
// first start leaves a bundle of core/ in node_modules/.cache, and the next ones load that, as long as no file has changed.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules/.cache/servus')
const entries = {
  main: 'core/main.ts',
  serve: 'core/commands/serve.ts',
  supervise: 'core/commands/supervise.ts',
  work: 'core/commands/work.ts',
  index: 'core/index.ts',
  session: 'core/session/index.ts',
  testing: 'core/testing/index.ts',
}

/** The folder of the bundle for the files as they are now; it may not exist yet. */
export function bundleFolder() {
  const hash = createHash('sha1').update(process.version)
  for (const file of readdirSync(join(root, 'core'), { recursive: true }).sort()) {
    if (!file.endsWith('.ts')) continue
    const { mtimeMs, size } = statSync(join(root, 'core', file))
    hash.update(`${file} ${mtimeMs} ${size}\n`)
  }
  return join(cache, hash.digest('hex').slice(0, 16))
}

/** Addresses of the bundled entries; null when there is no bundle. */
export function bundled(folder) {
  if (!existsSync(folder)) return null
  return Object.fromEntries(Object.keys(entries).map((name) => [name, pathToFileURL(join(folder, `${name}.js`)).href]))
}

/** Makes the bundle; older ones are removed. It appears whole or not at all, however many processes make it. */
export async function makeBundle(folder) {
  const { build } = await import('esbuild')
  const draft = `${folder}.${process.pid}`
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: draft,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    external: ['servus', 'servus/*'],
    sourcemap: 'linked',
    sourcesContent: false, // They lie where they are; a map without them is read in half the time.
    logLevel: 'silent',
    plugins: [{ name: 'own addresses', setup: ({ onLoad }) => onLoad({ filter: /\/core\/.*\.ts$/ }, keepAddress) }],
  })
  const old = readdirSync(cache).filter((name) => /^[0-9a-f]{16}$/.test(name))
  try {
    renameSync(draft, folder)
  } catch {
    rmSync(draft, { recursive: true, force: true })
  }
  for (const name of old) if (join(cache, name) !== folder) rmSync(join(cache, name), { recursive: true, force: true })
}

/** Files that look for others beside themselves go on looking where they lie, not where the bundle is. */
function keepAddress({ path }) {
  return {
    loader: 'ts',
    contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
  }
}

// A checkout runs its TypeScript as it is, file by file: some 400 files through the loader, which takes most of the start. So the
// first start leaves a bundle of core/ and of the plugins that come with it in node_modules/.cache, and the next ones load that, as long as no file has changed. What core/
// takes from npm is in it as well: a file found by its name costs more than the same lines in a file that is there already.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
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

/** Each may be asked for by itself: they are entries as well, under their own names. */
const pluginFolders = ['plugins', 'macros']

/** The TypeScript in a folder of the checkout, by addresses within the checkout. */
function sourcesIn(folder) {
  const files = readdirSync(join(root, folder), { recursive: true }).filter((file) => file.endsWith('.ts'))
  return files.sort().map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
}

/** The folder of the bundle for the files as they are now; it may not exist yet. */
export function bundleFolder() {
  const hash = createHash('sha1').update(process.version)
  for (const file of ['core', ...pluginFolders].flatMap(sourcesIn)) {
    const { mtimeMs, size } = statSync(join(root, file))
    hash.update(`${file} ${mtimeMs} ${size}\n`)
  }
  // What npm has installed, as it noted it itself.
  hash.update(`${statSync(join(root, 'node_modules/.package-lock.json'), { throwIfNoEntry: false })?.mtimeMs}\n`)
  return join(cache, hash.digest('hex').slice(0, 16))
}

/** Addresses of the bundled entries, and of the folders that hold the plugins, here and there; null when there is no bundle. */
export function bundled(folder) {
  if (!existsSync(folder)) return null
  const files = Object.keys(entries).map((name) => [name, pathToFileURL(join(folder, `${name}.js`)).href])
  const plugins = pluginFolders.map((name) => [pathToFileURL(`${root}${name}/`).href, pathToFileURL(`${folder}/${name}/`).href])
  return { ...Object.fromEntries(files), plugins, folder: pathToFileURL(`${folder}/`).href }
}

/** Makes the bundle; older ones are removed. It appears whole or not at all, however many processes make it. */
export async function makeBundle(folder) {
  const { build } = await import('esbuild')
  const draft = `${folder}.${process.pid}`
  await build({
    absWorkingDir: root,
    entryPoints: {
      ...entries,
      ...Object.fromEntries(pluginFolders.flatMap(sourcesIn).map((file) => [file.replace(/\.ts$/, ''), file])),
    },
    outdir: draft,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Packages in CommonJS ask for Node's own by this name.
    banner: { js: "import { createRequire as requireFor } from 'node:module'\nconst require = requireFor(import.meta.url)" },
    sourcemap: 'linked',
    sourcesContent: false, // They lie where they are; a map without them is read in half the time.
    logLevel: 'silent',
    plugins: [
      { name: 'own addresses', setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, keepAddress) },
      { name: 'packages', setup: ({ onResolve }) => onResolve({ filter: /^[^./]/ }, keepOutside) },
    ],
  })
  const old = readdirSync(cache).filter((name) => /^[0-9a-f]{16}$/.test(name))
  try {
    renameSync(draft, folder)
  } catch {
    rmSync(draft, { recursive: true, force: true })
  }
  for (const name of old) if (join(cache, name) !== folder) rmSync(join(cache, name), { recursive: true, force: true })
}

/** Packages that each start needs, of plain JavaScript that looks for no files of its own; with what they take from others. */
const inside = /^(?:@fastify\/busboy|croner|diff|handlebars|ipaddr\.js|lowdb|minisearch|mrmime|node-diff3|pino|saxes)(?:\/|$)/

function keepOutside({ path, importer, kind }) {
  if (kind === 'entry-point') return null
  return inside.test(path) || (/[/\\]node_modules[/\\]/.test(importer) && !isBuiltin(path)) ? null : { path, external: true }
}

/** Files that look for others beside themselves go on looking where they lie, not where the bundle is. */
function keepAddress({ path }) {
  return {
    loader: 'ts',
    contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
  }
}

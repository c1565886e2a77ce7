import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rename, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * A folder with `node_modules/servus` as npm would install it from the packed checkout. The packages that it depends on are those of
 * the checkout, so nothing is fetched. Packing happens in a copy: it must not disturb who works here.
 */
export async function installPackage(): Promise<{ folder: string; packed: readonly string[]; clean: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'servus-package-'))
  const copy = join(folder, 'checkout')
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  const files = stdout.split('\0').filter((file) => file !== '' && !file.startsWith('test/'))
  for (const file of new Set(files.map((name) => join(copy, name, '..')))) await mkdir(file, { recursive: true })
  // A file that was removed and not yet committed is no part of the package.
  await Promise.all(files.map((file) => cp(join(root, file), join(copy, file)).catch(ignoreMissing)))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const before = await treeOf(copy)
  const { stdout: packed } = await run('npm', ['pack', '--json', '--foreground-scripts=false'], { cwd: copy, maxBuffer: 1e8 })
  const [{ filename, files: inside }] = JSON.parse(packed.slice(packed.indexOf('['))) as [
    { filename: string; files: readonly { path: string }[] },
  ]
  const after = (await treeOf(copy)).filter((file) => file !== filename && file !== 'dist')
  const user = join(folder, 'user')
  await mkdir(join(user, 'node_modules/.bin'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules')))
    if (!name.startsWith('.')) await symlink(join(root, 'node_modules', name), join(user, 'node_modules', name))
  await run('tar', ['xzf', join(copy, filename), '-C', folder])
  await rename(join(folder, 'package'), join(user, 'node_modules/servus'))
  await symlink('../servus/bin/servus.js', join(user, 'node_modules/.bin/servus'))
  return { folder: user, packed: inside.map(({ path }) => path), clean: before.join() === after.join() }
}

function treeOf(folder: string): Promise<string[]> {
  return readdir(folder).then((names) => names.sort())
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

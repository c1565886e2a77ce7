import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Rooms by floor, from the ground up. An import runs down; rooms of one floor do not know each other. */
const floors: readonly (readonly string[])[] = [
  ['core/api'],
  ['core/base'],
  ['core/http'],
  ['core/markup'],
  ['core/session', 'core/plugins', 'core/pages', 'core/users', 'core/search'],
  ['core/render'],
  ['core/wiki'],
  ['core/farm'],
  ['core/server.ts'],
  ['core/commands'],
  ['core/main.ts'],
  ['core/index.ts', 'core/testing'],
]
/** Rooms that see the house only through its public face. */
const outside = ['macros', 'plugins', 'config']

const files = ['core', ...outside].flatMap((folder) => sourceFiles(join(root, folder)))

describe('the house', () => {
  it('has every file in a room', () => {
    const homeless = files.filter((file) => !outside.some((room) => file.startsWith(`${room}/`)) && floorOf(file) < 0)
    expect(homeless).toEqual([])
  })

  it('has imports that run down only, type imports included', () => {
    const wrong: string[] = []
    for (const file of files) {
      if (outside.some((room) => file.startsWith(`${room}/`))) continue
      for (const target of importsOf(file)) {
        if (!target.startsWith('.')) {
          if (target === 'servus' || target.startsWith('servus/')) wrong.push(`${file} imports the public face`)
          continue
        }
        const imported = relative(root, resolve(root, dirname(file), target))
        if (roomOf(imported) === roomOf(file)) continue
        if (floorOf(imported) >= floorOf(file)) wrong.push(`${file} imports ${imported}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('lets macros, plugins and configurations import servus and packages only, and a folder its own files', () => {
    const wrong: string[] = []
    for (const file of files) {
      if (!outside.some((room) => file.startsWith(`${room}/`))) continue
      // plugins/parsers/wiki/… is one plugin; macros/Name.ts is one as well.
      const parts = file.split('/')
      const plugin = join(root, parts.slice(0, parts[0] === 'macros' ? 2 : 3).join('/'))
      for (const target of importsOf(file)) {
        if (!target.startsWith('.')) continue
        const imported = resolve(root, dirname(file), target)
        if (!imported.startsWith(`${plugin}/`)) wrong.push(`${file} imports ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('has no circles', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((target) => target.startsWith('.'))
          .map((target) => relative(root, resolve(root, dirname(file), target))),
      ]),
    )
    expect(circles(graph)).toEqual([])
  })

  it('names exports one by one: default exports are for configurations and typed plugins, and nothing is exported by *', () => {
    const wrong = files.filter((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return /^export \*/m.test(text) || (!/^(config|macros|plugins)\//.test(file) && /^export default /m.test(text))
    })
    expect(wrong).toEqual([])
  })
})

function roomOf(file: string): string {
  return floors.flat().find((room) => file === room || file.startsWith(`${room}/`)) ?? ''
}

function floorOf(file: string): number {
  return floors.findIndex((rooms) => rooms.includes(roomOf(file)))
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourceFiles(path)
    return entry.name.endsWith('.ts') ? [relative(root, path)] : []
  })
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  return [
    ...text.matchAll(/^\s*(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm),
  ].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

/** Files that import themselves by way of others. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return found
}

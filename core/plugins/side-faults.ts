import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import Handlebars from 'handlebars/dist/handlebars.min.js'
import { type FaultPlace, faultPlace } from './fault-place.ts'

/**
 * What is wrong with the files beside a plugin, which are read only when they are needed: templates and catalogues of texts. Those of a
 * plugin that is a folder are all below it; those of a single file have its name, but templates, which any plugin of the folder may name.
 */
export async function sideFaults(file: string): Promise<readonly FaultPlace[]> {
  const folder = dirname(file)
  const name = basename(file).replace(/\.[cm]?[jt]s$/, '')
  const isFolder = name === 'index' || name === 'theme'
  const found = isFolder ? [...(await filesIn(folder)), ...(await filesIn(join(folder, 'languages')))] : await filesIn(folder)
  const faults: FaultPlace[] = []
  for (const path of found) {
    const isCatalogue = path.endsWith('.json') && (isFolder ? dirname(path) !== folder : basename(path).startsWith(`${name}.`))
    const fault = path.endsWith('.hbs') ? await templateFault(path) : isCatalogue ? await catalogueFault(path) : null
    if (fault !== null) faults.push(fault)
  }
  return faults
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.sort().map((name) => join(folder, name))
}

/** Handlebars names the line; the column only where a block is closed by another's word. */
async function templateFault(file: string): Promise<FaultPlace | null> {
  if (!(await stat(file)).isFile()) return { file, line: 0, column: 0, message: 'this is no file' }
  try {
    Handlebars.parse(await readFile(file, 'utf8'))
    return null
  } catch (error) {
    const { message } = error as Error
    const [, line] = /^Parse error on line (\d+)/.exec(message) ?? []
    const [, said, at, column] = /^(.*) - (\d+):(\d+)$/s.exec(message) ?? []
    const last = message.split('\n').at(-1) ?? message
    return { file, line: Number(line ?? at ?? 0), column: column === undefined ? 0 : Number(column) + 1, message: said ?? last }
  }
}

async function catalogueFault(file: string): Promise<FaultPlace | null> {
  const source = await readFile(file, 'utf8')
  try {
    const texts: unknown = JSON.parse(source)
    const wrong = Object.entries(Object(texts) as object).find(([, text]) => typeof text !== 'string')
    if (wrong === undefined && typeof texts === 'object' && texts !== null && !Array.isArray(texts)) return null
    const message = `a catalogue says a text for each text${wrong === undefined ? '' : `: "${wrong[0]}" has none`}`
    return { file, line: 0, column: 0, message }
  } catch (error) {
    return faultPlace(error as Error, file)
  }
}

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The program's own sources are never what an author has to mend. */
const core = fileURLToPath(new URL('../', import.meta.url))

/** Where in a source something is wrong. Line and column count from 1; 0 when only the file is known. */
export interface FaultPlace {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** Finds the place of what kept a file from being loaded: in the error, or else by having the source read once more. */
export async function faultPlace(error: Error, file: string): Promise<FaultPlace> {
  const message = error.message.split('\n').find((line) => !/^Transform failed/.test(line)) ?? error.name
  const source = await readFile(file, 'utf8').catch(() => '')
  return (
    (await syntaxError(source, file)) ??
    missingImport(error, source, file) ??
    placeInStack(error.stack ?? '', message) ?? { file, line: 0, column: 0, message }
  )
}

/** Three lines before and behind, with a mark below the place. */
export function codeFrame(source: string, { line, column }: Pick<FaultPlace, 'line' | 'column'>): string {
  const lines = source.split(/\r?\n/)
  const first = Math.max(1, line - 3)
  const last = Math.min(lines.length, line + 3)
  const width = String(last).length
  const frame: string[] = []
  for (let number = first; number <= last; number++) {
    const here = number === line
    frame.push(`${here ? '>' : ' '} ${String(number).padStart(width)} | ${lines[number - 1] ?? ''}`.trimEnd())
    if (here && column > 0) frame.push(`  ${' '.repeat(width)} | ${' '.repeat(column - 1)}^`)
  }
  return frame.join('\n')
}

/** Node's own words for a source that cannot be read do not always say where; esbuild's do. */
async function syntaxError(source: string, file: string): Promise<FaultPlace | null> {
  const { transform } = await import('esbuild')
  try {
    const loader = file.endsWith('.json') ? 'json' : /\.[cm]?ts$/.test(file) ? 'ts' : 'js'
    await transform(source, { loader, logLevel: 'silent' })
    return null
  } catch (failure) {
    const [first] = (failure as { errors?: readonly SyntaxProblem[] }).errors ?? []
    if (first === undefined) return null
    return { file, line: first.location?.line ?? 0, column: (first.location?.column ?? -1) + 1, message: first.text }
  }
}

interface SyntaxProblem {
  readonly text: string
  readonly location: { readonly line: number; readonly column: number } | null
}

/** `Cannot find package 'lefthand' imported from …`: the line that asks for it. */
function missingImport(error: Error, source: string, file: string): FaultPlace | null {
  const [, wanted, importer] = /Cannot find (?:package|module) '([^']+)' imported from (\S+)/.exec(error.message) ?? []
  if (wanted === undefined || asPath(importer ?? '') !== file) return null
  const lines = source.split(/\r?\n/)
  const at = lines.findIndex(
    (line) => line.includes(wanted.slice(wanted.lastIndexOf('/') + 1)) && /\b(?:import|from)\b/.test(line),
  )
  return at < 0 ? null : { file, line: at + 1, column: 1, message: error.message }
}

/** The first place in a stack that is neither Node's nor a package's nor the program's; null when there is none. */
export function placeInStack(stack: string, message: string): FaultPlace | null {
  for (const [, where = '', line, column] of stack.matchAll(
    /(?:^|\(|at )((?:file:\/\/)?(?:[A-Za-z]:)?[/\\][^\s():]+\.[cm]?[jt]s)(?:\?[^\s():]*)?:(\d+)(?::(\d+))?/gm,
  )) {
    const file = asPath(where)
    if (file.includes('node_modules') || file.startsWith(core)) continue
    return { file, line: Number(line), column: Number(column ?? caretIn(stack)), message }
  }
  return null
}

/** Node shows the line of a broken import with a mark below it. */
function caretIn(stack: string): number {
  return (/^( *)\^/m.exec(stack)?.[1]?.length ?? -1) + 1
}

function asPath(where: string): string {
  return where.startsWith('file://') ? fileURLToPath(where) : where
}

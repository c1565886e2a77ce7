import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type ts from 'typescript'
import type { Finding } from './check-finding.ts'

export type TypeScript = typeof ts

const house = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The compiler: the plugin's own, else the one beside this program; null when there is none. TypeScript 7 is none for programs: it has
 * a command and nothing to call.
 */
export async function findTypeScript(folder: string): Promise<TypeScript | null> {
  for (const from of [join(folder, 'x.js'), fileURLToPath(import.meta.url)]) {
    try {
      const found = createRequire(from)('typescript') as Partial<TypeScript>
      if (found.createProgram !== undefined) return found as TypeScript
    } catch {
      // Not from here.
    }
  }
  return null
}

/** The plugins' sources as the compiler sees them: strict, with `servus` meaning this very program. */
export function programOf(compiler: TypeScript, files: readonly string[]): ts.Program {
  return compiler.createProgram(files, {
    target: compiler.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    // Not NodeNext: every plugin is an ES module, whatever a package.json beside it says.
    module: compiler.ModuleKind.ESNext,
    moduleResolution: compiler.ModuleResolutionKind.Bundler,
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    allowJs: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [...above(dirname(files[0] ?? house), 'node_modules/@types'), ...above(house, 'node_modules/@types')],
    paths: packagePaths(),
  })
}

/** A TypeScript plugin may lie in a folder where nobody ever installed anything. */
function packagePaths(): Record<string, string[]> {
  const ending = existsSync(join(house, 'core/index.ts')) ? 'ts' : 'd.ts'
  const ours = { servus: 'core/index', 'servus/session': 'core/session/index', 'servus/testing': 'core/testing/index' }
  const paths: Record<string, string[]> = {}
  for (const [name, file] of Object.entries(ours)) paths[name] = [join(house, `${file}.${ending}`)]
  for (const name of ['zod', 'vitest']) {
    const [folder] = above(house, `node_modules/${name}`)
    if (folder !== undefined) paths[name] = [folder]
  }
  return paths
}

/** Existing folders of this name here and further up. */
function above(folder: string, name: string): string[] {
  const here = join(folder, name)
  const up = dirname(folder)
  return [...(existsSync(here) ? [here] : []), ...(up === folder ? [] : above(up, name))]
}

/** What the compiler has against these files. */
export function typeFindings(compiler: TypeScript, program: ts.Program, files: readonly string[]): readonly Finding[] {
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    if (source === undefined) return []
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((diagnostic) => {
      const at = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0)
      return {
        file,
        line: at.line + 1,
        column: at.character + 1,
        weight: 'error' as const,
        message: compiler.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
      }
    })
  })
}

import { join } from 'node:path'
import ts from 'typescript'

/** What one entry of the package offers, for review: every export with its docstring and its declaration. */
export interface ApiReport {
  readonly markdown: string
  /** Exports that nothing is said about. */
  readonly undocumented: readonly string[]
  /** Types that a signature speaks of and nobody can import: `Name, by Export`. */
  readonly hidden: readonly string[]
  /** Exports with `any` in their declaration. */
  readonly loose: readonly string[]
}

/** The entries of the package, as `exports` names them. */
export const entries = { servus: 'index', 'servus-session': 'session/index', 'servus-testing': 'testing/index' } as const

/** Reads the declarations that were built into this folder. */
export function apiReports(dist: string): Readonly<Record<keyof typeof entries, ApiReport>> {
  const files = Object.values(entries).map((file) => join(dist, 'core', `${file}.d.ts`))
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
  })
  const checker = program.getTypeChecker()
  const exportsOf = (file: string): readonly ts.Symbol[] => {
    const source = program.getSourceFile(file)
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${file} is no module`)
    return checker.getExportsOfModule(module)
  }
  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const reachable = new Set(files.flatMap((file) => exportsOf(file).map(resolved)))
  const [first = '', second = '', third = ''] = files
  const report = (title: string, file: string): ApiReport => reportOf(title, exportsOf(file))
  return {
    servus: report('servus', first),
    'servus-session': report('servus/session', second),
    'servus-testing': report('servus/testing', third),
  }

  function reportOf(title: string, symbols: readonly ts.Symbol[]): ApiReport {
    const found = { undocumented: [] as string[], hidden: [] as string[], loose: [] as string[] }
    const sections = [...symbols]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((exported) => {
        const symbol = resolved(exported)
        const declarations = (symbol.declarations ?? []).map(statementOf)
        const text = declarations.map((declaration) => declaration.getText().replace(/^export (?:declare )?/, '')).join('\n')
        const docs = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()
        if (docs === '') found.undocumented.push(exported.name)
        for (const declaration of declarations) inspect(declaration, exported.name, found)
        return `## ${exported.name}\n\n${docs === '' ? '' : `${docs}\n\n`}\`\`\`ts\n${text}\n\`\`\`\n`
      })
    const note =
      'Made from the docstrings by `npm run api`; a test compares. What changes here is felt by those who write plugins.'
    return {
      markdown: `# ${title}\n\n${note}\n\n${sections.join('\n')}`,
      undocumented: found.undocumented,
      hidden: [...new Set(found.hidden)],
      loose: [...new Set(found.loose)],
    }
  }

  function inspect(node: ts.Node, by: string, found: { hidden: string[]; loose: string[] }): void {
    // What is private to a class is nobody's business.
    if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)) return
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.loose.push(by)
    const name = ts.isTypeReferenceNode(node) ? node.typeName : ts.isExpressionWithTypeArguments(node) ? node.expression : null
    if (name !== null) {
      const symbol = checker.getSymbolAtLocation(name)
      if (symbol !== undefined) {
        const target = resolved(symbol)
        const isOurs = target.declarations?.some((declaration) =>
          declaration.getSourceFile().fileName.startsWith(join(dist, 'core')),
        )
        const isParameter = (target.flags & ts.SymbolFlags.TypeParameter) !== 0
        if (isOurs === true && !isParameter && !reachable.has(target)) found.hidden.push(`${target.name}, by ${by}`)
      }
    }
    ts.forEachChild(node, (child) => inspect(child, by, found))
  }
}

/** A constant's declaration begins at `const`. */
function statementOf(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
}

import type ts from 'typescript'
import type { PluginKind } from '../api/plugin.ts'
import { areEveryones } from '../render/run-macro.ts'
import type { Finding } from './check-finding.ts'
import type { TypeScript } from './check-types.ts'

/** What a plugin's source tells without being run. */
export interface SourceFacts {
  /** What it imports from servus. */
  readonly uses: readonly string[]
  /** `export const requires = '…'`; null without. */
  readonly requires: string | null
  readonly findings: readonly Finding[]
}

/** Kinds whose answers are markup. */
const writesMarkup: ReadonlySet<PluginKind | null> = new Set(['macros', 'actions', 'preferences'])

/** Words of `dependencies`, with what in a source shows that they are meant. */
const dependencyWords: Readonly<Record<string, readonly string[]>> = {
  page: [],
  namespace: ['pages', 'search', 'include', 'wiki', 'render', 'call'],
  language: ['t', 'language', 'formatDate', 'formatDateTime'],
  time: [],
  request: [],
  user: ['user', 'may', 'wiki', 'pages', 'author', 'settings'],
  session: ['session', 'ticket'],
}

/** Reads one source file: markup put together without escaping, dependencies that do not fit, what of the API is used. */
export function readSource(compiler: TypeScript, source: ts.SourceFile, kind: PluginKind | null): SourceFacts {
  const uses: string[] = []
  const findings: Finding[] = []
  const names = new Set<string>()
  let requires: string | null = null
  let declared: ts.ArrayLiteralExpression | null = null
  const say = (node: ts.Node, weight: Finding['weight'], message: string): void => {
    const at = source.getLineAndCharacterOfPosition(node.getStart(source))
    findings.push({ file: source.fileName, line: at.line + 1, column: at.character + 1, weight, message })
  }
  const visit = (node: ts.Node): void => {
    if (compiler.isIdentifier(node)) names.add(node.text)
    if (compiler.isImportDeclaration(node)) uses.push(...importsFromServus(compiler, node))
    if (compiler.isVariableDeclaration(node) || compiler.isPropertyAssignment(node)) {
      const name = node.name.getText(source)
      const value = node.initializer && bare(compiler, node.initializer)
      if (name === 'requires' && value && compiler.isStringLiteralLike(value)) requires = value.text
      if (name === 'dependencies' && value && compiler.isArrayLiteralExpression(value)) declared = value
    }
    if (writesMarkup.has(kind)) unescaped(compiler, source, node, say)
    compiler.forEachChild(node, visit)
  }
  visit(source)
  if (kind === 'macros' && declared !== null) checkDependencies(compiler, declared, names, say)
  return { uses: [...new Set(uses)].sort(), requires, findings }
}

type Say = (node: ts.Node, weight: Finding['weight'], message: string) => void

/** `[] as const`, `[] satisfies readonly Dependency[]`: the list itself. */
function bare(compiler: TypeScript, value: ts.Expression): ts.Expression {
  return compiler.isAsExpression(value) || compiler.isSatisfiesExpression(value) ? bare(compiler, value.expression) : value
}

function importsFromServus(compiler: TypeScript, node: ts.ImportDeclaration): readonly string[] {
  if (!compiler.isStringLiteral(node.moduleSpecifier) || !/^servus(\/|$)/.test(node.moduleSpecifier.text)) return []
  const named = node.importClause?.namedBindings
  return named !== undefined && compiler.isNamedImports(named)
    ? named.elements.map((element) => (element.propertyName ?? element.name).text)
    : []
}

/** Tags written in a plain template, or trusted without being looked at: what is filled in there is not escaped. */
function unescaped(compiler: TypeScript, source: ts.SourceFile, node: ts.Node, say: Say): void {
  if (compiler.isTemplateExpression(node) && !compiler.isTaggedTemplateExpression(node.parent)) {
    const words = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('')
    if (/<\/?[a-z][^<]*>/i.test(words))
      say(node, 'warning', 'what is filled into this markup is not escaped: write html`…`, or formatter.text(…) around it')
  }
  const [first] = (compiler.isNewExpression(node) || compiler.isCallExpression(node) ? node.arguments : undefined) ?? []
  if (first === undefined || compiler.isStringLiteralLike(first)) return
  const called = (node as ts.NewExpression | ts.CallExpression).expression.getText(source)
  if ((compiler.isNewExpression(node) && called === 'Markup') || /\.rawHTML$/.test(called))
    say(node, 'warning', `${called} trusts what it is given: make sure that no visitor can have a hand in it`)
}

/** Words that are none, that nothing in the file needs, and what pure output may not look at. */
function checkDependencies(compiler: TypeScript, list: ts.ArrayLiteralExpression, names: ReadonlySet<string>, say: Say): void {
  const words = list.elements.flatMap((element) => (compiler.isStringLiteralLike(element) ? [element] : []))
  for (const element of words) {
    const signs = Object.hasOwn(dependencyWords, element.text) ? dependencyWords[element.text] : undefined
    if (signs === undefined)
      say(element, 'error', `there is no dependency "${element.text}": use ${Object.keys(dependencyWords).join(', ')}`)
    else if (signs.length > 0 && !signs.some((sign) => names.has(sign)))
      say(element, 'warning', `nothing in this file seems to depend on "${element.text}": without it the output is kept longer`)
  }
  const declared = words.map(({ text }) => text)
  if (!areEveryones(declared)) return
  if (names.has('session'))
    say(list, 'error', "the session is looked at, but the output is kept for everybody: add 'session' to the dependencies")
  if (names.has('random') || (names.has('Date') && names.has('now')))
    say(list, 'warning', "this looks at the time or at chance, but its output is kept: add 'time' to the dependencies")
}

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const root = new URL('../../', import.meta.url).pathname

/** What a call gives the visitor to read: `tab('info', 'History')` is of this kind, its second argument goes through `t`. */
const readers: readonly { readonly call: string; readonly argument: number; readonly file?: string }[] = [
  { call: 't', argument: 0 },
  { call: 'ArgumentProblem', argument: 0 },
  { call: 'tab', argument: 1, file: 'core/wiki/layout.ts' },
  { call: '#refused', argument: 0, file: 'core/wiki/editor.ts' },
  { call: 'link', argument: 0, file: 'macros/AttachList.ts' },
]

/** Constants whose texts go through `t` later. */
const tables: readonly { readonly name: string; readonly file: RegExp }[] = [
  { name: 'label', file: /^plugins\/actions\// },
  { name: 'titles', file: /^core\/wiki\/error-pages\.ts$/ },
  { name: 'refusals', file: /^core\/wiki\/error-pages\.ts$/ },
  { name: 'kindWords', file: /^core\/plugins\/kind-in-words\.ts$/ },
  { name: 'weekdays', file: /^macros\/MonthCalendar\.ts$/ },
  { name: 'description', file: /^macros\// },
]

/** Texts with a word filled in before they are translated. */
const composed = [
  ...['write', 'delete', 'revert'].map((right) => `You may not ${right} the page {name}.`),
  ...['a boolean', 'an integer', 'a floating point', 'a date', 'a duration'].map(
    (kind) => `Argument "{name}" must be ${kind} value, not "{value}"`,
  ),
]

/** An exposed error whose message is its argument between two pieces of text. */
interface Around {
  readonly before: string
  readonly after: string
}

/** Every text of the interface that stands in a template or a source -> the first file that has it. */
export function interfaceTexts(): ReadonlyMap<string, string> {
  const texts = new Map<string, string>(composed.map((text) => [text, 'composed']))
  const add = (file: string, found: Iterable<string>): void => {
    for (const text of found) if (text !== '' && !texts.has(text)) texts.set(text, file)
  }
  for (const file of filesBelow('plugins', '.hbs')) add(file, templateTexts(read(file)))
  const errorsFile = 'core/api/errors.ts'
  const errors = new Map<string, Around>()
  add(errorsFile, errorTexts(parse(errorsFile), errors))
  for (const file of ['core', 'plugins', 'macros'].flatMap((folder) => filesBelow(folder, '.ts')))
    add(file, sourceTexts(file, parse(file), errors))
  return texts
}

function templateTexts(template: string): string[] {
  return [...template.matchAll(/(?:\{\{~?|\()\s*t\s+(?:'([^']*)'|"([^"]*)")/g)].map(
    ([, single, double]) => single ?? double ?? '',
  )
}

/** The messages of errors.ts that visitors may see; those made of one argument go to `around`. */
function errorTexts(source: ts.SourceFile, around: Map<string, Around>): string[] {
  const texts: string[] = []
  walk(source, (node) => {
    if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !ts.isArrowFunction(node.initializer)) return
    const { body, parameters } = node.initializer
    const message = exposedMessage(body)
    if (message === null) return
    texts.push(...literals(message))
    const argument = parameters[0]?.name.getText()
    if (message.getText() === argument) around.set(node.name.getText(), { before: '', after: '' })
    const [only, ...others] = ts.isTemplateExpression(message) ? message.templateSpans : []
    if (ts.isTemplateExpression(message) && only?.expression.getText() === argument && others.length === 0) {
      around.set(node.name.getText(), { before: message.head.text, after: only?.literal.text ?? '' })
    }
  })
  return texts
}

function exposedMessage(body: ts.Node): ts.Expression | null {
  if (ts.isCallExpression(body) && body.expression.getText() === 'visitor') return body.arguments[2] ?? null
  if (!ts.isNewExpression(body) || body.expression.getText() !== 'WikiError') return null
  return /\bexpose: true\b/.test(body.arguments?.[2]?.getText() ?? '') ? (body.arguments?.[1] ?? null) : null
}

function sourceTexts(file: string, source: ts.SourceFile, errors: ReadonlyMap<string, Around>): string[] {
  const texts: string[] = []
  walk(source, (node) => {
    if (
      ts.isVariableDeclaration(node) &&
      node.initializer &&
      tables.some((table) => table.name === node.name.getText() && table.file.test(file))
    ) {
      texts.push(...allLiterals(node.initializer))
    }
    // What `defineMacro` is told, as it stands in the file.
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'description' && file.startsWith('macros/'))
      texts.push(...literals(node.initializer))
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return
    const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText()
    for (const { argument } of readers.filter((reader) => reader.call === called && (reader.file ?? file) === file)) {
      const given = node.arguments?.[argument]
      if (given !== undefined) texts.push(...literals(given))
    }
    const error = errors.get(called)
    const [why] = node.arguments ?? []
    if (error !== undefined && why !== undefined) texts.push(...literals(why).map((text) => error.before + text + error.after))
  })
  return texts
}

/** The texts that an expression may be: through `? :` and `??`, but not what is compared or called. */
function literals(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text]
  if (ts.isParenthesizedExpression(expression)) return literals(expression.expression)
  if (ts.isConditionalExpression(expression)) return [...literals(expression.whenTrue), ...literals(expression.whenFalse)]
  if (ts.isBinaryExpression(expression) && ['??', '||'].includes(expression.operatorToken.getText()))
    return [...literals(expression.left), ...literals(expression.right)]
  return []
}

function allLiterals(node: ts.Node): string[] {
  const texts: string[] = []
  walk(node, (inner) => {
    const isName = ts.isPropertyAssignment(inner.parent) && inner.parent.name === inner
    if (ts.isStringLiteralLike(inner) && !isName) texts.push(inner.text)
  })
  return texts
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.endsWith(`.d${ending}`))
    .map((name) => join(folder, name))
    .sort()
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true)
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

import { cleanText, type Document, type Node, type ParseOptions, parseInstructions } from 'servus'
import { isSpace, isUpper, isUpperOrLower, isWord } from './characters.ts'
import { lineAt } from './lines.ts'
import { indentation, listMark } from './rules/indentation.ts'
import { rulesFor } from './rules.ts'
import { State } from './state.ts'

export const extensions = ['.moin', '.wiki']

/** MoinMoin's markup. One pass over the lines; whatever the text, it costs time in proportion to its length. */
export function parse(text: string, options: ParseOptions): Document {
  const source = cleanText(text)
  const instructions = options.isPage ? parseInstructions(source) : null
  const body = instructions ?? skipInstructions(source)
  const state = new State(source, options, body.bodyStart, body.bodyLine + 1)
  for (let line = 1; options.isPage && line <= body.bodyLine; line++) state.builder.line(line)
  if (body.bodyStart < source.length) readLines(state)
  // Behind the last line end there is one more line, if an empty one.
  if (options.isPage && source.endsWith('\n')) state.builder.line(state.line.number + (body.bodyStart < source.length ? 1 : 0))
  state.tables.close()
  state.lists.end()
  state.builder.closeParagraph()
  return { instructions, children: boxed(state.builder.root, options.args), problems: state.problems }
}

function readLines(state: State): void {
  for (;;) {
    readLine(state)
    // A block may have moved the reading on to a later line.
    const { line } = state
    if (line.next >= state.source.length) return
    state.enter(lineAt(state.source, line.next, line.number + 1), 0)
  }
}

function readLine(state: State): void {
  const { builder, lists, tables, text } = state
  if (state.options.isPage && !tables.isOpen) builder.line(state.line.number)
  let indent = 0
  while (indent < text.length && isSpace(text.charCodeAt(indent))) indent++
  if (indent === text.length) {
    tables.close()
    builder.closeParagraph()
    state.afterEmptyLine = true
    return
  }

  const mark = indent > 0 ? listMark(text, indent) : null
  lists.indentTo(indent, mark?.kind ?? 'bullet', mark?.numbering ?? null, mark?.first ?? null)
  const isRow = text.startsWith('||', indent) && text.endsWith('||\n') && text.length >= indent + 5
  if (isRow && !tables.isOpen) {
    lists.needItem()
    tables.open(text.slice(indent))
  } else if (tables.isOpen && !isRow && !text.startsWith('##')) tables.close()

  scan(state, indent > 0 ? indentation(state, indent, mark) : 0)
  state.finish()
  state.afterEmptyLine = false
}

/** Tries the rules at every place of the line where one can begin. */
function scan(state: State, from: number): void {
  let { text, end } = state
  let table = rulesFor(state)
  let at = from
  let afterRule = from
  while (at < end) {
    const code = text.charCodeAt(at)
    const rules = code < 128 ? table.ascii[code] : isUpper(code) ? table.upper : isWord(code) ? table.other : null
    // Names and addresses begin with a word or right behind other markup, never amid a word.
    if (!rules || (at > afterRule && isUpperOrLower(code) && isUpperOrLower(text.charCodeAt(at - 1)))) {
      at++
      continue
    }
    let next = -1
    for (const rule of rules) {
      next = rule(state, at)
      if (next >= 0) break
    }
    if (next < 0) at++
    else {
      at = afterRule = next
      if (state.text !== text || state.end !== end || state.comment !== table.comment) {
        ;({ text, end } = state)
        table = rulesFor(state)
      }
    }
  }
}

/** Within a page's block, the instructions a page may begin with are skipped, and nothing else. */
function skipInstructions(source: string): { bodyStart: number; bodyLine: number } {
  let bodyStart = 0
  let bodyLine = 0
  while (INSTRUCTION.test(source.slice(bodyStart, bodyStart + 12))) {
    const newline = source.indexOf('\n', bodyStart)
    bodyStart = newline < 0 ? source.length : newline + 1
    bodyLine++
  }
  return { bodyStart, bodyLine }
}

const INSTRUCTION = /^#(?:#|format|refresh|redirect|deprecated|pragma|form|acl|language)/i

/** `#!wiki red/solid`: the classes of a box around the text. */
function boxed(children: Node[], args: string): Node[] {
  const classes = args.split(/[\s/]+/).filter(Boolean)
  return classes.length > 0 ? [{ type: 'division', classes, children }] : children
}

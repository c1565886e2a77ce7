import type { Node } from '../../core/api/document.ts'
import type { ParserPlugin } from '../../core/api/parser.ts'
import { formatHtml } from '../../core/markup/format-html.ts'
import * as creole from '../../plugins/parsers/creole/index.ts'
import * as csv from '../../plugins/parsers/csv.ts'
import * as html from '../../plugins/parsers/html.ts'
import * as markdown from '../../plugins/parsers/markdown/index.ts'
import * as rst from '../../plugins/parsers/rst/index.ts'
import * as wiki from '../../plugins/parsers/wiki/index.ts'
import { plainContext } from '../../core/testing/plain-context.ts'

export const PARSERS: Readonly<Record<string, ParserPlugin>> = { creole, csv, html, markdown, rst, wiki }

export interface Fixture {
  readonly title: string
  readonly input: string
  readonly output: string
}

/**
 * A fixture is a title, a text and its markup, each ended by a line with a dot alone.
 * `␉` is a tab, `␣` a blank at a line's end, `␀` NUL.
 */
export function readFixtures(text: string): Fixture[] {
  const fixtures: Fixture[] = []
  let parts: string[][] = [[]]
  for (const line of text.split('\n')) {
    if (line !== '.') {
      parts.at(-1)?.push(line)
      continue
    }
    parts.push([])
    if (parts.length < 4) continue
    const [title = [], input = [], output = []] = parts
    fixtures.push({ title: title.join('').trim(), input: readSigns(input.join('\n')), output: output.join('\n') })
    parts = [[]]
  }
  return fixtures
}

const readSigns = (text: string): string => text.replaceAll('␉', '\t').replaceAll('␣', ' ').replaceAll('␀', '\0')

/** The parser that a file of fixtures is for. */
export function parserFor(file: string): ParserPlugin {
  return PARSERS[file.replace(/\.txt$/, '')] ?? wiki
}

/** Renders with a macro's name where its output would be. */
export async function renderFixture(parser: ParserPlugin, input: string): Promise<string> {
  const document = await parser.parse(input, { pageName: 'TestPage', args: '', isPage: true, bangMeta: true })
  await fill(document.children)
  const pieces = formatHtml(document, plainContext())
  const markup = pieces.map((piece) => (typeof piece === 'string' ? piece : `‹${piece.name}›`)).join('')
  return markup.trim().replace(/[ \t]+$/gm, (blanks) => '␣'.repeat(blanks.length))
}

async function fill(nodes: readonly Node[]): Promise<void> {
  for (const node of nodes) {
    const parser = node.type === 'embed' ? PARSERS[node.parser] : undefined
    if (node.type === 'embed' && parser) {
      node.content = await parser.parse(node.text, { pageName: 'TestPage', args: node.args, isPage: false, bangMeta: true })
      await fill(node.content.children)
    } else if ('children' in node) await fill(node.children)
  }
}

import type { HighlightResult, HLJSApi } from 'highlight.js'
import type { Document, Node, Span } from '../api/document.ts'
import type { ParseOptions } from '../api/parser.ts'
import { cleanText } from './clean-text.ts'
import { expandTabs } from './expand-tabs.ts'
import {
  CLASSES,
  ENDS_COMMENTS_WITH_LINE,
  EXCEPTIONS,
  IN_PIECES,
  LANGUAGES,
  OWN_WORDS,
  WITHOUT_NAMES,
} from './highlight-words.ts'
import { parseInstructions } from './instructions.ts'

/**
 * A listing with the language's words marked by classes, MoinMoin's `ID`, `ResWord`, `String` and so on; colours are the theme's
 * affair. `options.args` may hold `numbers=off`, `start=10`, `step=5`. An unknown language gives a listing without marks.
 */
export async function highlight(text: string, language: string, options: ParseOptions): Promise<Document> {
  const instructions = options.isPage ? parseInstructions(text) : null
  const body = cleanText(text.slice(instructions?.bodyStart ?? 0))
    .replace(/\r\n?/g, '\n')
    .replace(/\n$/, '')
  const code = expandTabs(body)
  const lines = splitLines(await mark(code, language), ownName(language))
  const { first, step } = numbers(options.args)
  const children: Node[] = lines.map((line) => ({ type: 'span', classes: ['line'], children: line }))
  return {
    instructions,
    children: [{ type: 'preformatted', children, code: { language, first, step } }],
    problems: [],
  }
}

// Grammars of the library are regular expressions of many hands: a text that is much larger than what people read in a listing
// is shown without marks, so that no page can hold the server up.
const LARGEST = 100_000
// Several grammars look at the rest of a word again from each of its letters: sixteen thousand letters took seconds.
const ENDLESS_WORD = /[\p{L}\p{N}_$]{200}/u

async function mark(code: string, language: string): Promise<Node[]> {
  if (code.length > LARGEST || ENDLESS_WORD.test(code)) return plain(code)
  const name = ownName(language)
  // Loaded when it is first needed: it knows some 190 languages.
  const hljs: HLJSApi = (await import('highlight.js')).default
  if (!hljs.getLanguage(name)) return plain(code)
  let result: HighlightResult
  try {
    result = hljs.highlight(code, { language: name, ignoreIllegals: true })
  } catch {
    // A fault of a grammar is no fault of the page.
    return plain(code)
  }
  return refine(readMarks(result.value, name), name)
}

/** The library's name for a language. */
function ownName(language: string): string {
  return Object.hasOwn(LANGUAGES, language) ? (LANGUAGES[language] ?? language) : language
}

const plain = (code: string): Node[] => (code === '' ? [] : [{ type: 'text', text: code }])

/** Reads the library's output, spans around escaped text, into nodes. Inner marks win over outer ones. */
function readMarks(html: string, language: string): Node[] {
  const nodes: Node[] = []
  const classes = { ...CLASSES, ...EXCEPTIONS[language] }
  const markNames = !WITHOUT_NAMES.has(language)
  let isType = false
  let isTarget = false
  const open: (string | null)[] = []
  for (const [token] of html.matchAll(/<span class="[^"]*">|<\/span>|[^<]+/g)) {
    if (token === '</span>') open.pop()
    else if (token.startsWith('<')) {
      const words = /class="hljs-([^" ]*)(?: ([^"]*))?"/.exec(token)
      // `this` and its kin are variables of the language.
      const name = words?.[2] === 'language_' ? 'keyword' : (words?.[1] ?? '')
      const outer = open.at(-1) ?? null
      if (outer === 'ConsWord') open.push(outer)
      else
        open.push(Object.hasOwn(classes, name) ? (classes[name] ?? null) : name === 'params' || name === 'subst' ? null : outer)
      isType = name === 'type'
      isTarget = language === 'makefile' && name === 'section'
    } else {
      const text = readCharacters(token)
      // A type with a capital letter is a name, one with a small letter a word of the language.
      const found = open.at(-1) ?? null
      add(nodes, text, isType && /^[A-Z]/.test(text) ? 'ID' : found, markNames || (isTarget && found === null && open.length > 0))
    }
  }
  return nodes
}

/** What the library leaves to the theme, or sees otherwise than the original. */
function refine(nodes: readonly Node[], language: string): Node[] {
  const own = OWN_WORDS[language]
  return nodes.flatMap((node): Node[] => {
    const words = node.type === 'span' ? node.children[0] : node
    if (words?.type !== 'text') return [node]
    if (language === 'bash' && words.text === 'in') return [words]
    if (node.type === 'span' && own?.has(words.text)) return [{ ...node, classes: ['ResWord'] }]
    if (node.type === 'span' && node.classes[0] === 'String' && IN_PIECES.has(language) && !/^\w*(?:"""|''')/.test(words.text)) {
      const pieces = words.text.match(/[^\\'"%\n]+|\\[\s\S]|%[-#0 +]*(?:[1-9.][\d.]*)?[a-zA-Z%]|['"%\\\n]/g) ?? []
      return pieces.map((text) => {
        const classes = text.startsWith('\\') ? ['SPChar'] : node.classes
        return { ...node, classes, children: [{ type: 'text', text }] }
      })
    }
    // The values of a configuration file.
    const value = language === 'ini' && node.type === 'text' ? /^(\s*=\s*)([^\n]+)([\s\S]*)$/.exec(words.text) : null
    if (!value) return [node]
    return [
      { type: 'text', text: value[1] ?? '' },
      { type: 'span', classes: ['String'], children: [{ type: 'text', text: value[2] ?? '' }] },
      { type: 'text', text: value[3] ?? '' },
    ]
  })
}

function add(nodes: Node[], text: string, cssClass: string | null, markNames: boolean): void {
  if (cssClass) {
    const last = nodes.at(-1)
    const words = last?.type === 'span' && last.classes[0] === cssClass && cssClass !== 'ResWord' ? last.children[0] : undefined
    // Parts of one string are one string.
    if (words?.type === 'text' && cssClass === 'String') (words as { text: string }).text += text
    else nodes.push({ type: 'span', classes: [cssClass], children: [{ type: 'text', text }] })
    return
  }
  if (!markNames) {
    nodes.push({ type: 'text', text })
    return
  }
  for (const part of text.split(/((?<![\w$])[A-Za-z_$][\w$]*)/)) {
    if (/^[A-Za-z_$]/.test(part)) nodes.push({ type: 'span', classes: ['ID'], children: [{ type: 'text', text: part }] })
    else if (part !== '') nodes.push({ type: 'text', text: part })
  }
}

function readCharacters(text: string): string {
  return text.replace(/&(?:lt|gt|quot|amp|#x27);/g, (entity) => CHARACTERS[entity] ?? entity)
}

const CHARACTERS: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&', '&#x27;': "'" }

/**
 * One list of nodes per line; a mark that runs over a line's end goes on in the next. Where the original's marks hold the line
 * end as well, they go on as empty ones.
 */
function splitLines(nodes: readonly Node[], language: string): Node[][] {
  const lines: Node[][] = [[]]
  let running: Span | null = null
  for (const node of nodes) {
    const text = node.type === 'span' ? node.children[0] : node
    if (text?.type !== 'text') continue
    text.text.split('\n').forEach((part, index) => {
      if (index > 0) lines.push(running && index === 1 ? [{ ...running, children: [] }] : [])
      if (part === '') return
      const words: Node = { type: 'text', text: part }
      lines.at(-1)?.push(node.type === 'span' ? { ...node, children: [words] } : words)
    })
    running = node.type === 'span' && holdsLineEnd(node, text.text, language) ? node : null
  }
  if (running) lines.push([{ ...running, children: [] }])
  return lines
}

function holdsLineEnd(node: Span, text: string, language: string): boolean {
  if (language === 'diff') return true
  return node.classes[0] === 'Comment' && ENDS_COMMENTS_WITH_LINE.has(language) && /^(?:\/\/|#|--)/.test(text)
}

/** MoinMoin's arguments: numbers are on unless switched off. */
function numbers(args: string): { first: number | null; step: number } {
  const value = (name: string): string | null => new RegExp(`(?:^|\\s)${name}=(\\S*)`).exec(args)?.[1]?.toLowerCase() ?? null
  const count = (text: string | null): number => (text !== null && /^\d{1,6}$/.test(text) ? Number(text) : 1)
  const off = /^(?:off|no|none|disable|0)$/.test(value('numbers') ?? '')
  return { first: off ? null : count(value('start')), step: count(value('step')) }
}

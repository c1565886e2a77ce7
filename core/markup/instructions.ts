import type { Instruction, Instructions } from '../api/document.ts'

/**
 * Reads the processing instructions at the top of a page's text: the lines that start with `#`, up to the first other line
 * or a lone `#`. Unknown verbs are instructions as well, so they vanish from the page, as in MoinMoin.
 */
export function parseInstructions(text: string): Instructions {
  // A page that is XML is never read for instructions: it would carry no ACL of its own.
  if (text.startsWith('<?xml')) return { ...describe([]), format: 'xslt', bodyStart: 0, bodyLine: 0 }

  const list: Instruction[] = []
  let start = 0
  while (text.charCodeAt(start) === HASH) {
    const lineEnd = text.indexOf('\n', start)
    const end = lineEnd < 0 ? text.length : lineEnd
    const line = text.slice(start, end).replace(/\r$/, '')
    if (line === '#') break
    list.push({ ...splitVerb(line), start })
    start = lineEnd < 0 ? text.length : lineEnd + 1
  }
  return { ...describe(list), bodyStart: start, bodyLine: list.length }
}

const HASH = 35

function splitVerb(line: string): { verb: string; args: string } {
  if (line[1] === '#') return { verb: '#', args: line.slice(2).trim() }
  const blank = line.indexOf(' ')
  if (blank < 0) return { verb: line.slice(1).trim().toLowerCase(), args: '' }
  return { verb: line.slice(1, blank).toLowerCase(), args: line.slice(blank + 1).trim() }
}

function describe(list: readonly Instruction[]): Omit<Instructions, 'bodyStart' | 'bodyLine'> {
  const acl: string[] = []
  const pragmas = new Map<string, string>()
  let format: string | null = null
  let formatArgs = ''
  let language: string | null = null
  let redirect: string | null = null
  let refresh: Instructions['refresh'] = null
  let deprecated = false
  for (const { verb, args } of list) {
    const [first, rest] = splitAtBlank(args)
    switch (verb) {
      case 'acl':
        acl.push(args)
        break
      case 'format':
        // MoinMoin also takes a media type: `text/creole`.
        format = first.toLowerCase().replace(/^text\//, '') || null
        formatArgs = rest
        break
      case 'language':
        language = args || null
        break
      case 'redirect':
        redirect = args || null
        break
      case 'refresh':
        if (/^\d{1,9}$/.test(first)) refresh = { seconds: Number(first), target: splitAtBlank(rest)[0] || null }
        break
      case 'deprecated':
        deprecated = true
        break
      case 'pragma':
        if (rest) pragmas.set(first.toLowerCase(), rest)
        break
    }
  }
  return { list, format, formatArgs, acl, language, redirect, refresh, deprecated, pragmas }
}

function splitAtBlank(text: string): [string, string] {
  const blank = text.search(/\s/)
  return blank < 0 ? [text, ''] : [text.slice(0, blank), text.slice(blank).trim()]
}

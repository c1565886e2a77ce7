import { readdirSync, readFileSync } from 'node:fs'

/** A piece of code that a page shows, with the file it would be. */
export interface Example {
  /** `HelpOnMacros, line 82`. */
  readonly place: string
  readonly page: string
  readonly language: string
  /** '' for one that does not say: see `whereTold`. */
  readonly file: string
  readonly text: string
}

const root = new URL('../../', import.meta.url)

/**
 * The code on all help pages and in README.md. A listing says in a comment on its first line which file it would be,
 * `// macros/Hello.ts`; `// in config/wikiconfig.ts` makes it lines of the settings there.
 */
export function allExamples(): readonly Example[] {
  const help = readdirSync(new URL('core/help/', root)).filter((file) => file.endsWith('.wiki'))
  return [
    ...help.flatMap((file) =>
      examplesIn(file.slice(0, -'.wiki'.length), read(`core/help/${file}`), /^\{\{\{(?:#!highlight (\w+).*)?$/, '}}}'),
    ),
    ...examplesIn('README', read('README.md'), /^```(\w*)$/, '```'),
  ]
}

/** Every command that is shown: in listings, and in words. */
export function allCommands(): readonly { readonly place: string; readonly page: string; readonly words: readonly string[] }[] {
  const files = readdirSync(new URL('core/help/', root)).filter((file) => file.endsWith('.wiki'))
  return [...files.map((file) => `core/help/${file}`), 'README.md', 'CONTRIBUTING.md'].flatMap((file) => {
    const page = /(\w+)[^/]*\.\w+$/.exec(file)?.[1] ?? ''
    return read(file)
      .split('\n')
      .flatMap((line, at) =>
        [...line.matchAll(/(?:^\s*|`|&& )((?:npx servus|npm)(?: [^\s`]+)*)/g)].map(([, command = '']) => ({
          place: `${page}, line ${at + 1}`,
          page,
          // A comment, or the words beside it, come after two blanks.
          words: (command.split(/ {2,}|\s#/)[0] ?? '').split(/ (?:&&|\||<|>)/)[0]?.split(' ') ?? [],
        })),
      )
  })
}

function read(file: string): string {
  return readFileSync(new URL(file, root), 'utf8')
}

function examplesIn(page: string, text: string, begin: RegExp, end: string): Example[] {
  const found: Example[] = []
  let language: string | null = null
  let lines: string[] = []
  for (const [at, line] of text.split('\n').entries()) {
    if (language === null) {
      const [whole, named = ''] = begin.exec(line) ?? []
      if (whole !== undefined) [language, lines] = [named, []]
    } else if (line === end) {
      const file = /^(?:\/\/|#|\/\*|\{\{!--) ((?:in )?[\w./-]+\.\w+)(?: \*\/| --\}\})?$/.exec(lines[0] ?? '')?.[1] ?? ''
      found.push({ place: `${page}, line ${at - lines.length + 1}`, page, language, file, text: `${lines.join('\n')}\n` })
      language = null
    } else lines.push(line)
  }
  return found
}

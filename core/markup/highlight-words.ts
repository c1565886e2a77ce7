/** Names that MoinMoin's highlighter knew and this one does not. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  cplusplus: 'cpp',
  'c++': 'cpp',
  js: 'javascript',
  ts: 'typescript',
  sh: 'bash',
  text: 'plaintext',
  pascal: 'delphi',
  console: 'shell',
  html: 'xml',
  tex: 'latex',
  py: 'python',
}
/** Languages of text rather than of names: words without a class stay so. */
export const WITHOUT_NAMES: ReadonlySet<string> = new Set([
  'bash',
  'sh',
  'shell',
  'xml',
  'latex',
  'makefile',
  'diff',
  'markdown',
  'ini',
  'json',
  'plaintext',
  'yaml',
])

/** Our class for the library's, by its first word; null leaves the words unmarked. */
export const CLASSES: Readonly<Record<string, string | null>> = {
  keyword: 'ResWord',
  built_in: 'ResWord',
  type: 'ResWord',
  literal: 'ConsWord',
  number: 'Number',
  string: 'String',
  regexp: 'String',
  char: 'String',
  symbol: 'String',
  comment: 'Comment',
  doctag: 'Comment',
  quote: 'Comment',
  meta: 'Preprc',
  title: 'ID',
  variable: 'ID',
  attr: 'ID',
  attribute: 'ID',
  property: 'ID',
  name: 'ID',
  tag: null,
  section: 'ResWord',
  'selector-tag': 'ResWord',
  addition: 'DiffAdded',
  deletion: 'DiffRemoved',
  'template-variable': 'ID',
  bullet: 'ResWord',
}

/** Where a language's words are of another kind than the library's word for them says. */
export const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  bash: { meta: 'Comment' },
  xml: { symbol: 'ID' },
  makefile: { section: null },
}

/** Words that are a language's own although its grammar does not say so. */
export const OWN_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  python: new Set(['object', 'self', 'cls']),
  ruby: new Set(['puts', 'print', 'p', 'require', 'raise', 'loop', 'lambda', 'proc', 'attr_accessor', 'attr_reader']),
}

/** MoinMoin's highlighter marks the quotes of these languages' strings, and what is escaped in them, apart from the words. */
export const IN_PIECES: ReadonlySet<string> = new Set(['python', 'php'])

/** Languages whose comments hold the line end behind them, in MoinMoin's highlighter. */
export const ENDS_COMMENTS_WITH_LINE: ReadonlySet<string> = new Set([
  'bash',
  'c',
  'cpp',
  'java',
  'javascript',
  'makefile',
  'php',
  'sql',
  'typescript',
])

/** One line `#verb args` at the top of a page; comments (`## …`) have the verb `#`. */
export interface Instruction {
  /** Lower-case. */
  readonly verb: string
  /** The rest of the line without blanks around it. */
  readonly args: string
  /** Offset of the `#` in the page's text. */
  readonly start: number
}

/** What the instructions at the top of a page say. */
export interface Instructions {
  /** Every line in order, unknown verbs and comments included. */
  readonly list: readonly Instruction[]
  /** The parser named by `#format`, lower-case; null when the wiki's default applies. */
  readonly format: string | null
  readonly formatArgs: string
  /** One entry per `#acl` line, in order; `['']` is an empty ACL, `[]` is none. */
  readonly acl: readonly string[]
  /** As written; the caller checks that the language is known. */
  readonly language: string | null
  /** Where `#redirect` points, anchor included; null when the page redirects nowhere. */
  readonly redirect: string | null
  /** `#refresh seconds [target]`; target null is the page itself. */
  readonly refresh: { readonly seconds: number; readonly target: string | null } | null
  readonly deprecated: boolean
  /** `#pragma key value`, keys lower-case; the last line of a key wins. */
  readonly pragmas: ReadonlyMap<string, string>
  /** Offset of the first character after the instructions. */
  readonly bodyStart: number
  /** Number of lines before the body. */
  readonly bodyLine: number
}

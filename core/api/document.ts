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

/** Where a node stands in the text that was parsed: offsets count UTF-16 units, lines from 1. */
export interface Position {
  readonly start: number
  /** The first offset after the node. */
  readonly end: number
  readonly line: number
}

/** What a parser makes of a text. Plain data: it can be stored, sent to a worker, and walked by any formatter. */
export interface Document {
  /** Of the page, when the text was one; null for a text inside a page. */
  readonly instructions: Instructions | null
  readonly children: readonly Node[]
  /** Sentences for the author, such as an unclosed code block: shown at the preview, never to readers. */
  readonly problems: readonly Problem[]
}

/** Something wrong in a text, for its author. */
export interface Problem {
  /** A stable word: `unclosed-block`. */
  readonly code: string
  readonly line: number
}

/** Everything that can stand in a document. Blocks and inline nodes mix freely, as they do in HTML's flow content. */
export type Node = Block | Inline

/** What stands in a document as a block of its own. */
export type Block =
  | Paragraph
  | Heading
  | Rule
  | List
  | ListItem
  | Term
  | Description
  | Table
  | Preformatted
  | Quote
  | Division
  | Form
  | Embed
  | Message

/** What stands within lines. */
export type Inline =
  | Text
  | Styled
  | Code
  | Link
  | Transclusion
  | Smiley
  | Entity
  | LineBreak
  | MacroCall
  | Span
  | RawMarkup
  | LineStart

/** Words that belong together; an empty line ends it. */
export interface Paragraph {
  readonly type: 'paragraph'
  readonly children: readonly Node[]
  readonly start: number
  readonly line: number
}

/** A heading with the id it has on the page and the part of the text it stands over. */
export interface Section {
  readonly depth: number
  readonly id: string
  /** The words, without the section's number. */
  readonly text: string
  /** `1.2. ` when the page numbers its sections, else ''. */
  readonly number: string
  readonly line: number
  /** The heading's first offset, and the first one after the last line of its section. */
  readonly start: number
  readonly end: number
}

/** A section ends where the next heading of the same or a smaller depth begins: see `Section`. */
export interface Heading extends Position {
  readonly type: 'heading'
  /** 1 to 5. */
  readonly depth: number
  /** The words, for a table of contents and for the id. */
  readonly text: string
  readonly children: readonly Node[]
}

/** A line across; `size` 0 is thin, 1 to 6 are thicker. */
export interface Rule {
  readonly type: 'rule'
  readonly size: number
}

/** A list with its items. */
export interface List {
  readonly type: 'list'
  readonly kind: 'bullet' | 'number' | 'definition'
  /** HTML's `type` of a numbered list; null for the others. */
  readonly numbering: string | null
  /** The first number, when the text names one. */
  readonly first: number | null
  /** Items, terms and descriptions, in any mixture. */
  readonly children: readonly Node[]
  readonly start: number
  readonly line: number
}

/** One item of a list. */
export interface ListItem {
  readonly type: 'item'
  /** False for indented text, which is an item without a bullet. */
  readonly bullet: boolean
  /** True when an empty line stands before the item. */
  readonly gap: boolean
  readonly children: readonly Node[]
}

/** The word that a definition list explains. */
export interface Term {
  readonly type: 'term'
  readonly children: readonly Node[]
}

/** What a definition list says about a term. */
export interface Description {
  readonly type: 'description'
  readonly children: readonly Node[]
}

/** A table. */
export interface Table {
  readonly type: 'table'
  readonly attributes: Attributes
  readonly rows: readonly TableRow[]
  /** What was wrong with the attributes, in words for the reader. */
  readonly complaint: string | null
  readonly start: number
  readonly line: number
}

/** One row of a table. */
export interface TableRow {
  readonly attributes: Attributes
  readonly cells: readonly TableCell[]
}

/** One cell of a table. */
export interface TableCell {
  /** True for the cell that names a column or a row. */
  readonly header?: boolean
  readonly attributes: Attributes
  readonly children: readonly Node[]
  readonly complaint: string | null
}

/** HTML attributes as the author wrote them. The formatter lets through what it knows to be harmless. */
export type Attributes = Readonly<Record<string, string>>

/** Text whose blanks and line ends count; children are texts, spans and links. */
export interface Preformatted {
  readonly type: 'preformatted'
  readonly children: readonly Node[]
  /** Set by a parser that highlights: numbers and the name of the language. */
  readonly code: CodeLines | null
}

/** How the lines of a listing are numbered. */
export interface CodeLines {
  readonly language: string
  /** Number of the first line; null shows no numbers. */
  readonly first: number | null
  readonly step: number
}

/** Words of someone else. */
export interface Quote {
  readonly type: 'quote'
  readonly children: readonly Node[]
}

/** A box with classes. The class `comment` hides it until the reader asks for comments. */
export interface Division {
  readonly type: 'division'
  readonly classes: readonly string[]
  readonly children: readonly Node[]
}

/** A form that sends its fields back to the page it stands on. */
export interface Form {
  readonly type: 'form'
  readonly name: string
  readonly children: readonly Node[]
}

/** Something the wiki says to the reader in place of content. */
export interface Message {
  readonly type: 'message'
  readonly children: readonly Node[]
}

/** A text for another parser: `{{{#!csv ;`. Whoever renders loads that parser and sets `content` before formatting. */
export interface Embed extends Position {
  readonly type: 'embed'
  readonly parser: string
  readonly args: string
  readonly text: string
  /** Offset and line of `text` within the parsed text. */
  readonly textStart: number
  readonly textLine: number
  /** Missing or null: there is no such parser, the text is shown as it is. */
  content?: Document | null
}

/** Plain words. */
export interface Text {
  readonly type: 'text'
  readonly text: string
}

/** How words are set; `comment` is shown only when the reader asks for it. */
export type Style = 'strong' | 'emphasis' | 'underline' | 'strike' | 'small' | 'big' | 'sup' | 'sub' | 'comment'

/** Words in a style. */
export interface Styled {
  readonly type: 'styled'
  readonly style: Style
  readonly children: readonly Node[]
}

/** Code within a line. */
export interface Code {
  readonly type: 'code'
  readonly text: string
  readonly fence: 'braces' | 'backticks'
}

/** What a link or a transclusion points at. Page names are absolute: `../X` is resolved by the parser. */
export type Target =
  | { readonly kind: 'page'; readonly page: string; readonly anchor: string | null; readonly written: string }
  | {
      readonly kind: 'interwiki'
      readonly wiki: string
      readonly page: string
      readonly anchor: string | null
      readonly written: string
    }
  | { readonly kind: 'url'; readonly url: string; readonly scheme: string }
  | { readonly kind: 'attachment'; readonly page: string; readonly file: string; readonly written: string }
  | { readonly kind: 'drawing'; readonly page: string; readonly file: string; readonly written: string }

/** A link; where it leads is looked up when the page is shown. */
export interface Link extends Position {
  readonly type: 'link'
  readonly target: Target
  /** True when the text itself is the link (a CamelCase name, a free URL); an unknown wiki then stays text. */
  readonly free: boolean
  /** Empty: the target's name. */
  readonly children: readonly Node[]
  /** The author's words as written, '' when there are none; the title of an attachment's link. */
  readonly description: string
  readonly attributes: Attributes
  readonly query: Attributes
}

/** Something shown in the place of its name: a picture, an attachment, a page. */
export interface Transclusion extends Position {
  readonly type: 'transclusion'
  readonly target: Target
  readonly description: string
  readonly attributes: Attributes
  readonly query: Attributes
  /** The parsed text of an attachment that is shown inline; set by whoever renders. */
  content?: Document | null
}

/** One of MoinMoin's pictures for `:-)` and its kin. */
export interface Smiley {
  readonly type: 'smiley'
  /** As written: `:-)`. */
  readonly name: string
}

/** A character reference, `&uuml;`. */
export interface Entity {
  readonly type: 'entity'
  readonly source: string
}

/** A forced end of a line. */
export interface LineBreak {
  readonly type: 'break'
}

/** A call `<<Name(args)>>`. `args` is null for `<<Name>>`, '' for `<<Name()>>`. */
export interface MacroCall extends Position {
  readonly type: 'macro'
  readonly name: string
  readonly args: string | null
  /** The call as written. */
  readonly source: string
}

/** Where a line of the source begins: an included page has an anchor there. */
export interface LineStart {
  readonly type: 'line'
  readonly line: number
}

/** Words with a class: what a highlighter finds. */
export interface Span {
  readonly type: 'span'
  readonly classes: readonly string[]
  readonly children: readonly Node[]
}

/** HTML that goes out as it is. The parser that makes it vouches for it: no scripts, handlers, frames or overlays. */
export interface RawMarkup {
  readonly type: 'markup'
  readonly html: string
  /** The words in it, for search. */
  readonly text: string
}

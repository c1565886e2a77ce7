/** What somebody looks for, in MoinMoin's words: `title:Help linkto:FrontPage -draft "exact words" regex:^Help case:`. */
export interface SearchOptions {
  /** Every word is looked for in titles only. */
  readonly titles?: boolean
  /** Capital letters matter. */
  readonly caseSensitive?: boolean
  /** Most results returned; `count` still tells how many there are. Default 100. */
  readonly limit?: number
  /** Results to leave out at the beginning: the next screen of them. */
  readonly offset?: number
  /** Make snippets of the texts; default false, for they are read from the store. */
  readonly snippets?: boolean
}

/** Pages found. Only those the reader may read, in the results and in the count. */
export interface SearchAnswer {
  /** How many pages there are, shown or not. */
  readonly count: number
  readonly results: readonly SearchResult[]
  /** What is wrong with the query, in words for the visitor; '' when nothing is. */
  readonly problem: string
  /** False while the index is being made: pages may be missing from the results. */
  readonly complete: boolean
  /** Pages in the index, of all there are: the progress while it is being made. */
  readonly progress: { readonly done: number; readonly total: number }
}

/** A page that was found. */
export interface SearchResult {
  readonly page: string
  /** The title, cut at what was found in it. */
  readonly title: readonly Piece[]
  /** Parts of the text around what was found. */
  readonly snippets: readonly (readonly Piece[])[]
  /** Bytes of the page's text. */
  readonly size: number
  /** Bigger is better; results come in this order. */
  readonly score: number
}

/** A part of a title or snippet. */
export interface Piece {
  readonly text: string
  /** True for what was looked for. */
  readonly mark: boolean
}

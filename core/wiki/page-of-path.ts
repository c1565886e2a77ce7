import type { WikiConfig } from '../api/config.ts'
import { badUrl } from '../api/errors.ts'
import { normaliseName } from '../pages/normalise-name.ts'
import { quoteNameToStore } from '../pages/quote-name.ts'

/** The page that an address means, and its canonical name when the address was written otherwise. */
export interface PathName {
  readonly name: string
  readonly canonical: string | null
}

const mostKept = 5000
/** Letters of a path. Longer ones are written by robots that try things: they are read again each time. */
const longestKept = 1000

/** Pages by the paths of their addresses; what was asked for lately is at hand. */
export class PathNames {
  readonly #config: Pick<WikiConfig, 'pageFrontPage' | 'pageGroupRegex'>
  readonly #known = new Map<string, PathName>()

  constructor(config: Pick<WikiConfig, 'pageFrontPage' | 'pageGroupRegex'>) {
    this.#config = config
  }

  get(path: string): PathName {
    let found = this.#known.get(path)
    if (found === undefined) {
      found = this.#read(path)
      if (path.length > longestKept) return found
      if (this.#known.size >= mostKept) this.#known.clear()
      this.#known.set(path, found)
    }
    return found
  }

  #read(path: string): PathName {
    const written = decodePath(path)
    const name = written === '' ? '' : normaliseName(written, this.#config.pageGroupRegex)
    if (name === '') return { name: this.#config.pageFrontPage, canonical: null }
    // A page that cannot be is refused here: the way to each of its 5000 parts would be a page of 20 MB.
    quoteNameToStore(name)
    return { name, canonical: name === written ? null : name }
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path.replace(/^\//, ''))
  } catch {
    throw badUrl()
  }
}

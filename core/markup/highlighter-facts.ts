import hljs from 'highlight.js'
import { mediaType } from '../base/media-type.ts'
import type { HighlighterFacts } from '../api/macro-services.ts'

/** The languages that listings can be coloured as, by their titles. Loads all of them: import this file when it is needed. */
export function highlighterFacts(): readonly HighlighterFacts[] {
  return hljs.listLanguages().map((name) => {
    const language = hljs.getLanguage(name)
    const names = [name, ...(language?.aliases ?? [])]
    const mimeTypes = new Set(names.map((ending) => mediaType(ending)).filter((type) => type !== null))
    return {
      title: language?.name ?? name,
      names,
      extensions: names.filter((ending) => /^[a-z0-9+]{1,5}$/i.test(ending)).map((ending) => `.${ending}`),
      mimeTypes: [...mimeTypes],
    }
  })
}

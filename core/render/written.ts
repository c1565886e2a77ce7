import type { WikiServices } from '../api/action.ts'
import type { Page } from '../api/page.ts'
import { textDirection } from '../http/languages.ts'
import { parseInstructions } from '../markup/instructions.ts'

/** What a page is written in: its content says so to browsers and voices, as the interface around it may speak another language. */
export interface Written {
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
}

/** By the page's own `#language`, or the wiki's default. */
export async function writtenIn(page: Page, wiki: Pick<WikiServices, 'config'>): Promise<Written> {
  return written(parseInstructions(await page.text()).language ?? wiki.config.languageDefault)
}

export const written = (language: string): Written => ({ language, direction: textDirection(language) })

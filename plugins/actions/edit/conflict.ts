import { diffBlocks, revisionView } from 'servus'
import type { ActionCall, ActionPage, EditOutcome } from 'servus'
import type { Draft } from './editor-page.ts'

/** Two people changed the same lines: both texts, and what a merge makes of them, in one page that saves like the editor. */
export async function conflictPage(
  { request, page, wiki }: ActionCall,
  draft: Draft,
  outcome: Extract<EditOutcome, { status: 'conflict' }>,
): Promise<ActionPage> {
  const [change] = await wiki.pages.history(page.name, { limit: 1 })
  const view = change === undefined ? null : await revisionView(wiki, change)
  return {
    title: request.t('Edit conflict on {page}', { page: page.name }),
    status: 409,
    template: 'conflict',
    model: {
      formAction: page.url({ action: 'edit' }),
      clean: outcome.clean,
      text: outcome.merged,
      rev: outcome.revision,
      mine: draft.text,
      theirs: outcome.theirs,
      author: view?.author ?? '',
      authorHref: view?.authorHref ?? '',
      time: view?.time ?? '',
      iso: view?.iso ?? '',
      comment: draft.comment,
      trivial: draft.trivial,
      rows: wiki.config.editRows,
      preview: null,
      problem: null,
      blocks: diffBlocks(outcome.theirs, draft.text).blocks,
      hidden: [],
    },
  }
}

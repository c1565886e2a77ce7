import type { ActionCall, ActionPage, Message, WikiRequest } from 'servus'
import type { EditingLock } from './editing-lock.ts'
import type { PageSection } from './section.ts'

/** A text on its way to becoming a revision. */
export interface Draft {
  readonly text: string
  /** The revision it started from; 0 for a new page. */
  readonly base: number
  readonly comment: string
  readonly trivial: boolean
  /** The old revision whose text this is. */
  readonly oldRevision: number | null
  /** The section whose text this is; null for the whole page. */
  readonly section: PageSection | null
  /** Nothing is written yet: templates are offered. */
  readonly isNew: boolean
}

/** The editor with a draft in it; `problem` says why it was not saved. */
export async function editorPage(
  { request, page, wiki }: ActionCall,
  lock: EditingLock,
  draft: Draft,
  more: { readonly status?: number; readonly problem?: string; readonly preview?: string; readonly note?: string } = {},
): Promise<ActionPage> {
  const { config } = wiki
  const templates = draft.isNew ? await wiki.pages.names({ matching: config.pageTemplateRegex }) : []
  const help = 'HelpOnMarkup'
  return {
    title:
      draft.section === null
        ? request.t(page.exists ? 'Edit {page}' : 'Create {page}', { page: page.name })
        : request.t('Edit “{heading}” of {page}', { heading: draft.section.heading, page: page.name }),
    status: more.status ?? 200,
    template: 'edit',
    messages: [
      ...(lock.takenOverFrom === '' ? [] : [takenOver(request, lock.takenOverFrom)]),
      ...(more.note === undefined ? [] : [{ kind: 'info' as const, text: more.note }]),
    ],
    model: {
      formAction: page.url({ action: 'edit' }),
      text: draft.text,
      rev: draft.base,
      comment: draft.comment,
      commentRequired: config.commentRequired,
      trivial: draft.trivial,
      rows: config.editRows,
      preview: more.preview ?? null,
      problem: more.problem ?? null,
      lock: lock.holder && { author: lock.holder.name, authorHref: lock.holder.href, minutes: lock.holder.minutes },
      oldRevision: draft.oldRevision,
      templates: templates.map((template) => ({ text: template, href: page.url({ action: 'edit', template }) })),
      license: null,
      help: (await wiki.pages.exists(help)) ? { text: request.t('Help on markup'), href: wiki.url(help) } : null,
      hidden: [
        ...(draft.oldRevision === null ? [] : [{ name: 'oldrev', value: String(draft.oldRevision) }]),
        ...(draft.section === null ? [] : [{ name: 'section', value: draft.section.id }]),
      ],
      question: null,
    },
  }
}

const takenOver = (request: WikiRequest, name: string): Message => ({
  kind: 'info',
  text: request.t('{name} began to edit this page, but was not heard of again: it is your turn.', { name }),
})

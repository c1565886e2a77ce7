import { badRequest, forbidden, html, leaveMessage, noSuchRevision, redirect, WikiError, wholeNumber } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'
import { conflictPage } from './conflict.ts'
import { hasMarkers } from './markers.ts'
import { editorPage, type Draft } from './editor-page.ts'
import { EditingLock } from './editing-lock.ts'
import { findSection, previewText, savedId, sentSection, wholeText } from './section.ts'

export const right = 'write'

/** The editor: `?action=edit`, of one section with `section=ID`. Whatever goes wrong, the text comes back: nothing typed is ever lost. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  // The editor, a merge and a conflict show what the page says.
  if (!(await call.request.user.may.read(call.page.name))) throw forbidden('You may not read this page.')
  const lock = await EditingLock.of(call)
  if (call.request.method !== 'POST') return open(call, lock)
  const { form } = call.request
  if (form.has('button_cancel')) {
    await lock.release()
    return redirect(call.wiki.url(call.page.name, {}, form.get('section') ?? ''))
  }
  const draft = await sent(call)
  if (form.has('button_preview')) {
    await lock.take()
    return editorPage(call, lock, draft, { preview: await call.wiki.render(call.page, previewText(draft.section, draft.text)) })
  }
  return save(call, lock, draft)
}

/** The text to start from: the current one, an old one (`rev=`), or a template's (`template=`). */
async function open(call: ActionCall, lock: EditingLock): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  if (lock.refuses) return lockedPage(call, lock)
  const oldRevision = wholeNumber(request.values, 'rev') || null
  const old =
    oldRevision === null || (oldRevision === page.revision && page.exists) ? null : await wiki.pages.read(page.name, oldRevision)
  if (old === null && oldRevision !== null && oldRevision !== page.revision) throw noSuchRevision(page.name, oldRevision)
  const text = await (old ?? page).text()
  const wanted = request.values.get('section') ?? ''
  const section = wanted === '' || old !== null ? null : await findSection(call, text, wanted)
  const template = page.exists ? null : await wiki.pages.read(wiki.pageName(request.values.get('template') ?? ''))
  await lock.take()
  const draft: Draft = {
    text: section?.isFound ? section.text : template === null ? text : await template.text(),
    base: page.revision,
    comment: '',
    trivial: request.user.preferences['editMinor'] === true,
    oldRevision: old?.revision ?? null,
    section: section?.isFound ? section : null,
    isNew: !page.exists && template === null,
  }
  const isGone = section?.isFound === false
  return editorPage(
    call,
    lock,
    draft,
    isGone ? { note: request.t('The page has no such section any more: this is all of it.') } : {},
  )
}

/** What the form holds. */
async function sent(call: ActionCall): Promise<Draft> {
  const { request, page } = call
  const { form } = request
  const text = form.get('savetext')
  if (text === null) throw badRequest('This form holds no text: the field "savetext" is missing.')
  // A number that is none counts as a new page: then a page that is there makes a conflict, and nothing is lost.
  const base = number(form.get('rev'))
  return {
    text: text.replaceAll('\r\n', '\n'),
    base,
    section: await sentSection(call, base),
    comment: (form.get('comment') ?? '').replace(/\s+/g, ' ').trim().slice(0, 200),
    trivial: form.has('trivial'),
    oldRevision: number(form.get('oldrev')) || null,
    isNew: !page.exists && text.trim() === '',
  }
}

async function save(call: ActionCall, lock: EditingLock, draft: Draft): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  const { section } = draft
  const text = wholeText(section, draft.text)
  const again = (status: number, problem: string): Promise<ActionPage> => editorPage(call, lock, draft, { status, problem })
  if (lock.refuses)
    return again(
      423,
      request.t('{name} is editing this page now: your text is not saved. Please try again later.', { name: lock.holder?.name }),
    )
  if (wiki.config.commentRequired && draft.comment === '')
    return again(400, request.t('This wiki asks for a comment with every change: please say what you changed.'))
  if (section?.isFound === false)
    return again(
      409,
      request.t(
        'The page you started from has no such section, so there is no place for your text. Copy it, then edit the page as it is now.',
      ),
    )
  if (text.trim() === '') {
    return again(400, request.t('A page without any text cannot be saved. If you do not want the page any more, delete it.'))
  }
  if (hasMarkers(text) && !hasMarkers(await page.text())) {
    return again(
      409,
      request.t(
        'There are still lines of markers (<<<<<<< and >>>>>>>) in the text: keep what is right between them, and take them out.',
      ),
    )
  }
  try {
    const outcome = await wiki.editor.save(page.name, { ...draft, text })
    switch (outcome.status) {
      case 'conflict':
        await lock.take()
        return await conflictPage(call, { ...draft, text }, outcome)
      case 'refused':
        return await again(403, outcome.reason)
      case 'exists':
        return await again(409, request.t('There is a page “{name}” already.', { name: outcome.page }))
      case 'unchanged':
        leaveMessage(request.session, { kind: 'info', text: request.t('Nothing was changed, so there is no new revision.') })
        break
      case 'saved':
        if (outcome.merged)
          leaveMessage(request.session, {
            kind: 'info',
            text: request.t('Somebody else saved this page while you were editing. Both changes are in it now.'),
          })
    }
  } catch (error) {
    if (error instanceof WikiError && error.expose) return again(error.status, request.t(error.message))
    // A full disk must not cost anybody their text.
    wiki.log.error({ request: request.id, page: page.name, err: error }, 'a page could not be saved')
    return again(
      500,
      request.t('The page could not be saved. Your text is still here; please try again. (Reference: {id})', { id: request.id }),
    )
  }
  await lock.release()
  return redirect(section === null ? page.url() : wiki.url(page.name, {}, await savedId(call, section, text)))
}

/** `editLocking: 'lock 10'`, and somebody else edits. */
function lockedPage({ request, page }: ActionCall, { holder }: EditingLock): ActionPage {
  return {
    title: request.t('Edit {page}', { page: page.name }),
    status: 423,
    body: html`<p class="lead">${request.t('{name} is editing this page, for at most {minutes, plural, one {# minute} other {# minutes}} more.', { ...holder })}</p>
<p class="buttons"><a class="button" href="${page.url()}">${request.t('Back to the page')}</a></p>`,
  }
}

function number(text: string | null): number {
  return /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0
}

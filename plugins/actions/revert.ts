import { badRequest, leaveMessage, noSuchRevision, redirect, wholeNumber } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const right = 'revert'

/** Makes a new revision with the text of an old one, after a question: `?action=revert&rev=7`. Brings deleted pages back too. */
export async function execute(call: ActionCall): Promise<Reply | ActionPage> {
  const { request, page, wiki } = call
  if (request.form.has('cancel')) return redirect(page.url())
  const revision = wholeNumber(request.values, 'rev')
  if (!revision) throw badRequest('Say which revision: "rev" is missing.')
  const old = await wiki.pages.read(page.name, revision)
  if (old === null) throw noSuchRevision(page.name, revision)
  if (!request.form.has('doit')) return ask(call, revision, old.modified)

  const outcome = await wiki.editor.revert(page.name, revision, (request.form.get('comment') ?? '').trim())
  if (outcome.status === 'refused') return ask(call, revision, old.modified, outcome.reason)
  const text =
    outcome.status === 'unchanged'
      ? request.t('Nothing was changed: revision {revision} has the text that is there now.', { revision })
      : request.t('The page has the text of revision {revision} again.', { revision })
  leaveMessage(request.session, { kind: outcome.status === 'unchanged' ? 'info' : 'success', text })
  return redirect(page.url())
}

function ask({ request, page, wiki }: ActionCall, revision: number, made: Date | null, problem = ''): ActionPage {
  const { t } = { t: request.t.bind(request) }
  return {
    title: t('Revert {page}', { page: page.name }),
    status: problem === '' ? 200 : 403,
    template: 'confirm',
    model: {
      formAction: page.url({ action: 'revert' }),
      question:
        made === null
          ? t('Go back to revision {revision} of “{page}”?', { page: page.name, revision })
          : t('Go back to revision {revision} of “{page}”, made {time}?', {
              page: page.name,
              revision,
              time: wiki.formatDateTime(made),
            }),
      explanation: t('Its text becomes a new revision on top of the others: what came later stays in the history.'),
      hidden: [{ name: 'rev', value: String(revision) }],
      reason: { name: 'comment', value: request.form.get('comment') ?? '', required: false },
      confirmLabel: t('Revert'),
      problem,
    },
  }
}

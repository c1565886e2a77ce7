import { noSuchPage, noSuchRevision, redirect, revisionView, wholeNumber, writtenIn } from 'servus'
import type { ActionCall, ActionPage, Reply } from 'servus'

export const methods = ['GET'] as const

/** An old revision, with a banner that says so: `?action=recall&rev=7`. */
export async function execute({ request, page, wiki }: ActionCall): Promise<Reply | ActionPage> {
  const revision = wholeNumber(request.values, 'rev')
  if (!revision) return redirect(page.url())
  const found = await wiki.pages.read(page.name, revision)
  if (found === null) throw page.revision === 0 ? noSuchPage(page.name) : noSuchRevision(page.name, revision)
  return {
    title: request.t('{page} (revision {revision})', { page: page.name, revision }),
    template: 'show',
    model: {
      content: await wiki.render(found),
      written: await writtenIn(found, wiki),
      old: await banner({ request, page, wiki }, revision),
      redirectedFrom: null,
    },
  }
}

async function banner({ request, page, wiki }: Pick<ActionCall, 'request' | 'page' | 'wiki'>, revision: number) {
  const [entry, older] = await wiki.pages.history(page.name, { limit: 2, before: revision + 1 })
  const view = entry?.revision === revision ? await revisionView(wiki, entry) : null
  const mayRevert = !(page.exists && revision === page.revision) && (await request.user.may.revert(page.name))
  return {
    revision,
    time: view?.time ?? '',
    iso: view?.iso ?? '',
    author: view?.author ?? '',
    comment: view?.comment ?? '',
    currentHref: page.url(),
    diffHref: page.url({ action: 'diff', rev1: revision, rev2: page.revision }),
    previousHref: older === undefined ? null : page.url({ action: 'recall', rev: older.revision }),
    nextHref: revision < page.revision ? page.url({ action: 'recall', rev: revision + 1 }) : null,
    revertHref: mayRevert ? page.url({ action: 'revert', rev: revision }) : null,
  }
}

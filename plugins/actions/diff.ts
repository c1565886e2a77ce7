import { diffBlocks, noSuchPage, noSuchRevision, revisionView, wholeNumber } from 'servus'
import type { ActionCall, ActionPage, Revision } from 'servus'

export const methods = ['GET'] as const

/**
 * What changed between two revisions, in whichever order they are named: `?action=diff&rev1=3&rev2=7`. One that is missing is the current
 * one or the one before the other; `date=` (MoinMoin's microseconds, or a date as in 2026-11-21T14:00) stands for the revision of that time.
 */
export async function execute({ request, page, wiki }: ActionCall): Promise<ActionPage> {
  if (page.revision === 0 && !page.exists) throw noSuchPage(page.name)
  const { from, to } = await chosen({ request, page, wiki })
  const [before, after] = await Promise.all([side(from), side(to)])
  const view = diffBlocks(before.text, after.text)
  const mayRevert = before.stored && from !== page.revision && (await request.user.may.revert(page.name))
  return {
    title: request.t('Changes of {page}', { page: page.name }),
    template: 'diff',
    model: {
      old: { ...before.view, previousHref: before.older === null ? '' : compare(before.older, from) },
      new: { ...after.view, nextHref: to < page.revision ? compare(to, to + 1) : '' },
      ...view,
      revertHref: mayRevert ? page.url({ action: 'revert', rev: from }) : '',
    },
  }

  function compare(rev1: number, rev2: number): string {
    return page.url({ action: 'diff', rev1, rev2 })
  }

  async function side(revision: number) {
    const [entry, older] = await wiki.pages.history(page.name, { limit: 2, before: revision + 1 })
    const text = await wiki.store.read(page.name, revision)
    // A deletion is a revision without a text.
    if (text === null && entry?.revision !== revision) throw noSuchRevision(page.name, revision)
    const known =
      entry?.revision === revision
        ? await revisionView(wiki, entry)
        : { number: revision, time: '', iso: '', author: '', authorHref: '', comment: '' }
    return {
      text: text ?? '',
      stored: text !== null,
      older: older?.revision ?? null,
      view: { ...known, href: page.url({ action: 'recall', rev: revision }) },
    }
  }
}

async function chosen({
  request,
  page,
  wiki,
}: Pick<ActionCall, 'request' | 'page' | 'wiki'>): Promise<{ from: number; to: number }> {
  const current = page.revision
  const date = timeOf(request.values.get('date'))
  if (date !== null) return { from: await revisionAt(date), to: current }
  const rev1 = wholeNumber(request.values, 'rev1') || null
  const rev2 = wholeNumber(request.values, 'rev2') || null
  if (rev1 !== null) return sorted(rev1, rev2 ?? current)
  const to = rev2 ?? current
  const [older] = await wiki.pages.history(page.name, { limit: 1, before: to })
  return { from: older?.revision ?? to, to }

  async function revisionAt(time: Date): Promise<number> {
    let oldest = current
    for (let before = current + 1; before > 1; before = oldest) {
      const entries: readonly Revision[] = await wiki.pages.history(page.name, { limit: 100, before })
      const found = entries.find((entry) => entry.time <= time)
      if (found !== undefined) return found.revision
      const last = entries.at(-1)
      if (last === undefined) break
      oldest = last.revision
    }
    return oldest
  }
}

function sorted(one: number, other: number): { from: number; to: number } {
  return one <= other ? { from: one, to: other } : { from: other, to: one }
}

/** MoinMoin's bookmarks count microseconds. */
function timeOf(text: string | null): Date | null {
  if (text === null || text === '') return null
  const time = new Date(
    /^\d{14,}$/.test(text) ? Number(text) / 1000 : /^\d{9,13}$/.test(text) ? Number(text) * (text.length < 12 ? 1000 : 1) : text,
  )
  return Number.isNaN(time.getTime()) ? null : time
}

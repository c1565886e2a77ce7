import { byteSize, minorChange, noSuchPage, revisionView, wholeNumber } from 'servus'
import type { ActionCall, ActionPage, Revision } from 'servus'

export const methods = ['GET'] as const

/**
 * The history of a page, newest first: `?action=info`. `max_count` says how many at once, `before` where to go on, so that any part
 * of a long history costs the same.
 */
export async function execute({ request, page, wiki }: ActionCall): Promise<ActionPage> {
  if (page.revision === 0 && !page.exists) throw noSuchPage(page.name)
  const sizes = wiki.config.historyCount
  const wanted = wholeNumber(request.values, 'max_count') || (sizes[0] ?? 100)
  const count = Math.min(wanted, Math.max(...sizes, 100))
  const before = wholeNumber(request.values, 'before') ?? undefined

  // One more than shown: it tells the difference in size of the last, and whether there are older ones.
  const entries = await wiki.store.history(page.name, {
    limit: count + 1,
    attachments: true,
    ...(before === undefined ? {} : { before }),
  })
  const shown = entries.slice(0, count)
  const mayRevert = await request.user.may.revert(page.name)
  const link = (query: Record<string, string | number>): string =>
    page.url({ action: 'info', ...(wanted === sizes[0] ? {} : { max_count: count }), ...query })
  const numbers = shown.filter(isRevision).map((entry) => entry.revision)
  const last = numbers.at(-1)
  return {
    title: request.t('History of {page}', { page: page.name }),
    template: 'info',
    model: {
      diffAction: page.url(),
      revisions: await Promise.all(shown.map(describe)),
      count: page.revision,
      newerHref: before === undefined ? '' : before + count > page.revision ? link({}) : link({ before: before + count }),
      olderHref: entries.length > count && last !== undefined && last > 1 ? link({ before: last }) : '',
      pageSizes:
        page.revision > Math.min(...sizes)
          ? [...sizes]
              .sort((a, b) => a - b)
              .map((size) => ({
                text: String(size),
                href: page.url({ action: 'info', max_count: size }),
                current: size === count,
              }))
          : [],
    },
  }

  async function describe(entry: Revision, index: number): Promise<Record<string, unknown>> {
    const view = await revisionView(wiki, entry)
    const event = eventOf(request, entry)
    if (!isRevision(entry)) return { ...view, number: null, event }
    const current = page.exists && entry.revision === page.revision
    const older = entries.slice(index + 1).find(isRevision)
    const stored = entry.size !== null
    return {
      ...view,
      event,
      minor: entry.extra === minorChange && entry.action.startsWith('SAVE'),
      current,
      size: entry.size === null ? '' : byteSize(entry.size),
      ...delta(entry, older),
      rev1: entry.revision === (numbers[1] ?? numbers[0]),
      rev2: entry.revision === numbers[0],
      viewHref: stored ? page.url({ action: 'recall', rev: entry.revision }) : '',
      rawHref: stored ? page.url({ action: 'raw', rev: entry.revision }) : '',
      diffHref: older === undefined ? '' : page.url({ action: 'diff', rev1: older.revision, rev2: entry.revision }),
      revertHref: stored && !current && mayRevert ? page.url({ action: 'revert', rev: entry.revision }) : '',
    }
  }
}

/** What happened to attachments stands in the history, but made no revision. */
function isRevision({ action }: Revision): boolean {
  return !action.startsWith('ATT')
}

/** By how much the text grew; nothing for the first, and beside a deletion. */
function delta(entry: Revision, older: Revision | undefined): { delta: string; grew: string } {
  if (entry.size === null || older === undefined || older.size === null) return { delta: '', grew: '' }
  const more = entry.size - older.size
  if (more === 0) return { delta: '±0', grew: 'same' }
  return more > 0 ? { delta: `+${more}`, grew: 'more' } : { delta: `−${-more}`, grew: 'less' }
}

function eventOf(request: ActionCall['request'], { action, extra, size }: Revision): string {
  const t = request.t.bind(request)
  switch (action) {
    case 'SAVENEW':
      return t('created')
    case 'SAVE/REVERT':
      return t('reverted to {revision}', { revision: Number(extra) || extra })
    case 'SAVE/RENAME':
      return t('renamed from {page}', { page: extra })
    case 'ATTNEW':
      return t('attached {file}', { file: extra })
    case 'ATTDEL':
      return t('removed the attachment {file}', { file: extra })
    case 'ATTDRW':
      return t('drew {file}', { file: extra })
    default:
      return size === null ? t('deleted') : ''
  }
}

import { arg, type AuthorView, type Change, defineMacro, html, type Macro, type Markup } from 'servus'

const dayChoices = [1, 2, 3, 7, 14, 30, 60, 90]
/** Changes read at most; what lies behind them is reached by fewer days. */
const most = 5000
const longestComment = 5

/**
 * `<<RecentChanges>>`: what has changed lately, a page once a day; `?max_days=30` goes further back. Who has set a bookmark sees
 * what is newer than that, and which pages are news to them. `abandoned=1`: the pages that nobody has touched for longest.
 */
export default defineMacro({
  description: 'The last changes of the wiki, day by day.',
  args: { abandoned: arg.bool(false) },
  dependencies: ['time', 'user', 'request', 'session'],
  execute: async (macro, { abandoned }) => {
    const { language } = macro.request
    const changes = abandoned ? await oldest(macro) : await newest(macro)
    const days = groupByDay(changes, macro)
    if (abandoned) days.reverse()
    const sections = await Promise.all(
      [...days].map(([day, pages]) => section(macro, day, abandoned ? [...pages].reverse() : pages)),
    )
    const empty = html`<p>${macro.request.t('Nothing has changed in this time.')}</p>`
    return html`<div class="recentchanges changes" lang="${language}">${abandoned ? '' : html`${choices(macro)}${bookmark(macro)}`}${sections.length > 0 ? sections : empty}</div>`
  },
})

/** null: as far back as the reader's bookmark. */
function maxDays({ request }: Macro): number | null {
  const wanted = Number(request.values.get('max_days') ?? 0)
  if (Number.isInteger(wanted) && wanted > 0) return Math.min(wanted, 1000)
  return request.user.bookmark ? null : 7
}

async function newest(macro: Macro): Promise<Change[]> {
  const days = maxDays(macro)
  const { bookmark } = macro.request.user
  const since = days === null && bookmark ? bookmark : new Date(macro.wiki.now().getTime() - (days ?? 7) * 86_400_000)
  const changes: Change[] = []
  for await (const change of macro.pages.changes({ since, limit: most })) {
    if (macro.signal.aborted) break
    if (days === null && change.time <= since) continue
    changes.push(change)
  }
  return changes
}

/** The last change of each page, those of the oldest hundred. */
async function oldest(macro: Macro): Promise<Change[]> {
  if (macro.wiki.isSpider) return []
  const last = new Map<string, Change>()
  for await (const change of macro.pages.changes()) if (!last.has(change.page)) last.set(change.page, change)
  const existing: Change[] = []
  for (const change of [...last.values()].reverse()) {
    if (existing.length === 100) break
    if (await macro.pages.exists(change.page)) existing.push(change)
  }
  return existing.reverse()
}

/** Changes of one page on one day, newest first. */
type PageDay = readonly [Change, ...Change[]]

function groupByDay(changes: readonly Change[], { wiki }: Macro): [day: string, pages: PageDay[]][] {
  const days = new Map<string, Map<string, [Change, ...Change[]]>>()
  for (const change of changes) {
    const day = wiki.formatDate(change.time)
    let pages = days.get(day)
    if (pages === undefined) days.set(day, (pages = new Map()))
    const known = pages.get(change.page)
    if (known === undefined) pages.set(change.page, [change])
    else known.push(change)
  }
  return [...days].map(([day, pages]) => [day, [...pages.values()]])
}

async function section(macro: Macro, day: string, pages: readonly PageDay[]): Promise<Markup> {
  const entries = await Promise.all(pages.map((changes) => entry(macro, changes)))
  return html`<section class="day"><h2><time datetime="${day}">${day}</time></h2>
<ul class="change-list">${entries}</ul></section>`
}

async function entry(macro: Macro, changes: PageDay): Promise<Markup> {
  const { wiki, request } = macro
  const [last] = changes
  const { page } = last
  const exists = await macro.pages.exists(page)
  const time = wiki.formatDateTime(last.time).slice(-5)
  const texts = changes.filter(({ revision, action }) => revision > 0 && revision < 99_999_999 && !action.startsWith('ATT'))
  const oldestText = texts.at(-1)?.revision ?? 1
  const isNews = request.user.bookmark ? last.time > request.user.bookmark : false
  const since: Record<string, number> =
    isNews && request.user.bookmark
      ? { date: request.user.bookmark.getTime() * 1000 }
      : { rev1: oldestText - 1, rev2: texts[0]?.revision ?? oldestText }
  const diff = exists && texts.length > 0 && oldestText > 1 ? wiki.url(page, { action: 'diff', ...since }) : ''
  const [mark, label] = markOf(changes, exists, isNews, (text) => request.t(text))
  const comments = changes.filter(({ comment }) => comment !== '').slice(0, longestComment)
  return html`<li class="change"><span class="when"><time datetime="${last.time.toISOString()}">${time}</time></span>
<span class="what"><a class="change-page${exists ? '' : ' nonexistent'}" href="${wiki.url(page)}" dir="auto">${page}</a>
<span class="change-mark change-${mark}">${label}</span>${changes.length > 1 ? html` <span class="change-count">${request.t('{count} changes', { count: changes.length })}</span>` : ''}
${comments.map(({ comment }) => html`<span class="change-comment" dir="auto">${comment}</span>`)}</span>
<span class="who">${await authors(macro, changes)}</span>
<span class="links">${diff === '' ? '' : html`<a href="${diff}" rel="nofollow">${request.t('changes')}</a> `}<a href="${wiki.url(page, { action: 'info' })}" rel="nofollow">${request.t('history')}</a></span></li>`
}

function markOf(changes: PageDay, exists: boolean, isNews: boolean, t: (text: string) => string): readonly [string, string] {
  const has = (action: string): boolean => changes.some((change) => change.action === action)
  if (!exists) return ['deleted', t('deleted')]
  if (has('SAVENEW')) return ['new', t('new')]
  if (has('SAVE/RENAME')) return ['renamed', t('renamed')]
  if (has('SAVE/REVERT')) return ['reverted', t('reverted')]
  if (changes.every(({ action }) => action.startsWith('ATT'))) return ['attached', t('attached')]
  if (isNews) return ['updated', t('updated')]
  return ['edited', t('edited')]
}

async function authors({ wiki }: Macro, changes: PageDay): Promise<Markup[]> {
  const views = await Promise.all(changes.map(({ author }) => wiki.author(author)))
  // Who left neither a name nor an address is nobody to speak of.
  const each = new Map<string, AuthorView>(views.filter(({ name }) => name !== '').map((view) => [view.name, view]))
  return [...each.values()].map(
    ({ name, href }, at) => html`${at === 0 ? '' : ', '}${href === '' ? name : html`<a href="${href}">${name}</a>`}`,
  )
}

function choices(macro: Macro): Markup {
  const { request, page } = macro
  const current = maxDays(macro)
  const links = dayChoices.map(
    (days) =>
      html`<a href="${page.url({ max_days: days })}" rel="nofollow"${days === current ? html` aria-current="true"` : ''}>${days}</a> `,
  )
  return html`<div class="list-tools"><span class="filter"><span class="filter-label">${request.t('Days:')}</span> ${links}</span></div>
`
}

/** The reader's bookmark, and buttons that set it to now or take it away. What changes until they are pressed stays news. */
function bookmark({ request, page, wiki }: Macro): Markup | string {
  const { user, t } = { user: request.user, t: request.t.bind(request) }
  if (!user.valid) return ''
  const said = user.bookmark ? t('Bookmark: {time}', { time: wiki.formatDateTime(user.bookmark) }) : t('Seen all of this?')
  const takeAway = user.bookmark ? html` <button class="quiet" type="submit" name="time" value="del">${t('delete')}</button>` : ''
  return html`<form class="bookmark" method="post" action="${page.url({ action: 'bookmark' })}">
<input type="hidden" name="ticket" value="${wiki.ticket('bookmark', page.name)}">${said} <button type="submit" name="time" value="${wiki.now().getTime() * 1000}">${t('Set bookmark')}</button>${takeAway}</form>
`
}

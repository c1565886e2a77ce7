import { arg, defineMacro, html, type Macro, Markup } from 'servus'

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

interface Calendar {
  /** Pages that have days below them, joined by `*`. */
  readonly base: string
  readonly year: number | null
  readonly month: number | null
  readonly offset: number
  /** How far the reader has browsed. */
  readonly offset2: number
  readonly height6: boolean
  readonly anniversary: boolean
  readonly template: string
}

/**
 * `<<MonthCalendar(MyPage*OtherPage, 2026, 11)>>`: a month whose days are links to `MyPage/2026-11-21`; days that have a page there
 * are marked. Its arrows browse, by `?calparms=` in the address.
 */
export default defineMacro({
  description: 'A month whose days are pages.',
  args: {
    pagename: arg.text(),
    year: arg.int(),
    month: arg.int(),
    offset: arg.int(0),
    offset2: arg.int(0),
    height6: arg.bool(false),
    anniversary: arg.bool(false),
    template: arg.text(''),
  },
  dependencies: ['time', 'user', 'request'],
  execute: async (macro, { pagename, ...given }) => {
    const base = pagename ?? macro.page.name
    const calendar = browsed(macro, { base, ...given })
    const bases = base.split('*').filter((name) => name !== '')
    const now = macro.wiki.formatDate(macro.wiki.now())
    const [thisYear = 1970, thisMonth = 1] = now.split('-').map(Number)
    const months = within(
      (calendar.year ?? thisYear) * 12 + (calendar.month ?? thisMonth) - 1 + calendar.offset + calendar.offset2,
    )
    const year = Math.floor(months / 12)
    const month = (months % 12) + 1
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
    // Monday is 0.
    const first = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7
    const weeks = calendar.height6 ? 6 : Math.ceil((first + days) / 7)
    const rows: Markup[] = []
    for (let week = 0; week < weeks; week++) {
      const cells: Markup[] = []
      for (let weekday = 0; weekday < 7; weekday++) {
        const day = week * 7 + weekday - first + 1
        cells.push(day < 1 || day > days ? emptyCell : await dayCell(macro, calendar, bases, { year, month, day, weekday, now }))
      }
      rows.push(html` <tr>
${cells} </tr>
`)
    }
    return html`${infoBox(macro)}<table border="2" cellspacing="2" cellpadding="2">
<col width="14%" span="7">${header(macro, calendar, year, month)}${rows}</table>
`
  },
})

/** Years that have four digits: Date knows no others. */
const within = (months: number): number => Math.min(Math.max(Number.isFinite(months) ? months : 0, 1000 * 12), 9999 * 12 + 11)

const emptyCell = new Markup('  <td class="cal-invalidday">&nbsp;</td>\n')

/** What `?calparms=` says when it is about this calendar. */
function browsed({ request }: Macro, calendar: Calendar): Calendar {
  const [base, year, month, offset, offset2] = (request.values.get('calparms') ?? '').split(',')
  if (base !== calendar.base) return calendar
  const number = (text: string | undefined): number | null =>
    text !== undefined && /^-?\d{1,6}$/.test(text) ? Number(text) : null
  return {
    ...calendar,
    year: number(year) ?? calendar.year,
    month: number(month) ?? calendar.month,
    offset: number(offset) ?? 0,
    offset2: number(offset2) ?? 0,
  }
}

function header({ page, request }: Macro, calendar: Calendar, year: number, month: number): Markup {
  const { base, offset, offset2, height6, anniversary, template } = calendar
  const to = (by: number, sign: string): Markup => {
    const parms = [
      base,
      calendar.year ?? '',
      calendar.month ?? '',
      offset,
      offset2 + by,
      height6 ? 1 : '',
      anniversary ? 1 : '',
      template,
    ]
    const query = parms.map((part) => encodeURIComponent(String(part))).join(',')
    return html`<a class="cal-link" href="${page.url()}?calparms=${query}" rel="nofollow">${sign}</a>`
  }
  const names = weekdays.map(
    (name, at) => html`  <td class="${at > 4 ? 'cal-weekend' : 'cal-workday'}">${request.t(name)}</td>
`,
  )
  return html` <tr>
  <th colspan="7" class="cal-header">
   ${to(-12, '<<')}\u00a0${to(-1, '<')}\u00a0<b>\u00a0${year}\u00a0/\u00a0${month}</b>\u00a0${to(1, '>')}
\u00a0${to(12, '>>')}
  </th>
 </tr>
 <tr>
${names} </tr>
`
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly weekday: number
  /** Today, as `2026-11-21`. */
  readonly now: string
}

async function dayCell(
  macro: Macro,
  calendar: Calendar,
  bases: readonly string[],
  { year, month, day, weekday, now }: Day,
): Promise<Markup> {
  const monthDay = `${pad(month)}-${pad(day)}`
  const date = `${pad(year, 4)}-${monthDay}`
  const found: string[] = []
  for (const base of bases) {
    const name = `${base}/${calendar.anniversary ? monthDay : date}`
    if (await macro.pages.exists(name)) found.push(name)
  }
  const target = found[0] ?? `${bases[0] ?? macro.page.name}/${calendar.anniversary ? monthDay : date}`
  const query: Record<string, string> =
    found.length === 0 && calendar.template !== '' ? { action: 'edit', template: calendar.template } : {}
  const kind = found.length > 0 ? 'cal-usedday' : weekday > 4 ? 'cal-weekend' : 'cal-emptyday'
  // The more of the pages have this day, the deeper its colour.
  const colour = found.length === 0 ? '#fefefe' : `#ff${['cc', 'aa', '88', '66'][Math.min(found.length, 4) - 1]}aa`
  return html`  <td style="background-color:${colour}" class="${date === now ? 'cal-today' : 'cal-nottoday'}"><a class="${kind}" href="${macro.wiki.url(target, query)}" rel="nofollow">${day}</a></td>
`
}

const pad = (number: number, digits = 2): string => String(number).padStart(digits, '0')

/** Scripts written for MoinMoin look for this box; it is on the page once and empty. */
function infoBox({ notes }: Macro): Markup | string {
  if (notes.has('infodiv')) return ''
  notes.set('infodiv', true)
  return html`<div id="infodiv" style="position:absolute; visibility:hidden; z-index:20; top:-999em; left:0px;"></div>
`
}

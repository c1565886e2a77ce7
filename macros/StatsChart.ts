import { arg, defineMacro, html, type Macro, type Markup } from 'servus'

const width = 640
const height = 240
const bars = 12

/** `<<StatsChart(hitcounts)>>`: views and changes by day; `pagesize`: how long pages are; `useragents`: browsers; `languages`: of pages. */
export default defineMacro({
  description: 'A chart of views, browsers, languages or sizes of pages.',
  args: { type: arg.text('') },
  dependencies: ['time', 'user'],
  execute: async (macro, { type }) => {
    const { request } = macro
    if (type === '') return html`<div class="message">${request.t('You need to provide a chart type!')}</div>`
    if (type === 'hitcounts') return hitCounts(macro)
    if (type === 'pagesize') return columns(request.t('Page Size Distribution'), await pageSizes(macro))
    if (type === 'useragents')
      return columns(request.t('Distribution of User-Agent Types'), (await macro.wiki.hits.browsers()).slice(0, bars))
    if (type === 'languages') return columns(request.t('Distribution of Languages'), await languages(macro))
    return html`<div class="message">${request.t('Bad chart type "{type}"!', { type })}</div>`
  },
})

interface Column {
  readonly name: string
  readonly count: number
}

async function pageSizes({ wiki }: Macro): Promise<Column[]> {
  const { results } = await wiki.search('regex:.', { titles: true, limit: Number.MAX_SAFE_INTEGER })
  const steps = [100, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, Number.POSITIVE_INFINITY]
  return steps.map((step, at) => {
    const least = steps[at - 1] ?? 0
    const count = results.filter(({ size }) => size >= least && size < step).length
    return { name: step === Number.POSITIVE_INFINITY ? `≥ ${least}` : `< ${step}`, count }
  })
}

async function languages({ wiki, request }: Macro): Promise<Column[]> {
  const found: Column[] = []
  for (const name of ['en', 'de', 'fr', 'es', 'it', 'ru', 'zh', 'ja', 'he', 'ar'])
    found.push({ name, count: (await wiki.search(`language:${name}`, { limit: 0 })).count })
  const unsaid =
    (await wiki.search('regex:.', { titles: true, limit: 0 })).count - found.reduce((sum, { count }) => sum + count, 0)
  return [{ name: request.t('unsaid'), count: unsaid }, ...found.filter(({ count }) => count > 0)]
}

async function hitCounts(macro: Macro): Promise<Markup> {
  const days = (await macro.wiki.hits.days(null)).slice(-120)
  const most = Math.max(1, ...days.map(({ views, saves }) => Math.max(views, saves)))
  const line = (of: (day: (typeof days)[number]) => number): string =>
    days
      .map((day, at) => `${round((at / Math.max(days.length - 1, 1)) * width)},${round(height - (of(day) / most) * height)}`)
      .join(' ')
  const t = (text: string): string => macro.request.t(text)
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? '']
  return figure(
    t('Page hits and edits'),
    html`<polyline class="chart-line" fill="none" stroke="currentColor" stroke-width="2" points="${line(({ views }) => views)}"></polyline>
<polyline class="chart-line" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="4 4" points="${line(({ saves }) => saves)}"></polyline>
<text x="0" y="${height + 16}" font-size="12" fill="currentColor">${first}</text><text x="${width}" y="${height + 16}" font-size="12" fill="currentColor" text-anchor="end">${last}</text>
<text x="4" y="12" font-size="12" fill="currentColor">${most}</text>`,
    html`${t('Views: the whole line. Edits: the dashed one.')}`,
  )
}

function columns(title: string, list: readonly Column[]): Markup {
  const most = Math.max(1, ...list.map(({ count }) => count))
  const step = width / Math.max(list.length, 1)
  const drawn = list.map(({ name, count }, at) => {
    const tall = (count / most) * (height - 20)
    return html`<rect x="${round(at * step + step * 0.1)}" y="${round(height - tall)}" width="${round(step * 0.8)}" height="${round(tall)}" fill="currentColor" opacity="0.6"></rect>
<text x="${round((at + 0.5) * step)}" y="${round(height - tall - 4)}" font-size="11" text-anchor="middle" fill="currentColor">${count}</text>
<text x="${round((at + 0.5) * step)}" y="${height + 16}" font-size="11" text-anchor="middle" fill="currentColor">${name}</text>
`
  })
  return figure(title, html`${drawn}`, html``)
}

/** The picture takes the colour of the text around it, so that it suits every theme. */
const figure = (
  title: string,
  drawing: Markup,
  caption: Markup,
): Markup => html`<figure class="chart"><svg viewBox="0 -4 ${width} ${height + 24}" width="${width}" height="${height + 28}" role="img" aria-label="${title}">
${drawing}</svg><figcaption>${title} ${caption}</figcaption></figure>`

const round = (number: number): number => Math.round(number * 10) / 10

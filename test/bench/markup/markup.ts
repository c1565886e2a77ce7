/**
 * KB/s of parse and format on 100 KB of mixed MoinMoin markup, and of markdown-it on the same page written in Markdown.
 * `node --conditions=servus-checkout --import tsx test/bench/markup/markup.ts`; the aim is half of markdown-it's figure or more.
 */
import MarkdownIt from 'markdown-it'
import { formatHtml } from '../../../core/markup/format-html.ts'
import { parse } from '../../../plugins/parsers/wiki/index.ts'
import { plainContext } from '../../../core/testing/plain-context.ts'

const PAGE = `= Chapter =
Some ''words'' of an ordinary page, with a '''strong''' one, \`code\` and a link to [[OtherPage|another page]] or to FrontPage.
The text goes on for another line or two, as texts do; see http://example.org/path?a=b for more, and write to me@example.org.

 * one item
 * another item with ''emphasis''
  * an inner item
  * and one more, with [[http://example.org/|a link]]
 * the last item

== Section ==
Plain words make up most of most pages. They have no markup at all, and a parser should hardly notice them. So here are some
more of them, and a few more, to make a paragraph of the length that one finds in the documents of an office or a project.

 1. first
 1. second
 1. third

|| '''name''' || '''value''' ||
|| one || 1 ||
|| two || 2 ||

{{{
code in a block
  with two lines
}}}

`
const MARKDOWN = `# Chapter

Some *words* of an ordinary page, with a **strong** one, \`code\` and a link to [another page](OtherPage) or to [FrontPage](FrontPage).
The text goes on for another line or two, as texts do; see http://example.org/path?a=b for more, and write to me@example.org.

* one item
* another item with *emphasis*
  * an inner item
  * and one more, with [a link](http://example.org/)
* the last item

## Section

Plain words make up most of most pages. They have no markup at all, and a parser should hardly notice them. So here are some
more of them, and a few more, to make a paragraph of the length that one finds in the documents of an office or a project.

1. first
1. second
1. third

| **name** | **value** |
| --- | --- |
| one | 1 |
| two | 2 |

\`\`\`
code in a block
  with two lines
\`\`\`

`
const SIZE = 100_000
const page = PAGE.repeat(Math.ceil(SIZE / PAGE.length))
const markdownPage = MARKDOWN.repeat(Math.ceil(SIZE / PAGE.length))
const markdown = new MarkdownIt({ linkify: true })
const options = { pageName: 'TestPage', args: '', isPage: true, bangMeta: true }

const contestants = {
  'parse and format': () => formatHtml(parse(page, options), plainContext()),
  'parse alone': () => parse(page, options),
  'markdown-it': () => markdown.render(markdownPage),
}
const best = new Map<string, number>()
for (let round = 0; round < 40; round++) {
  for (const [name, run] of Object.entries(contestants)) {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / 1000))
  }
}
for (const [name, time] of best) {
  const size = name === 'markdown-it' ? markdownPage.length : page.length
  console.log(`${name.padEnd(18)} ${(size / time).toFixed(0).padStart(7)} KB/s   ${time.toFixed(2)} ms for ${size} characters`)
}
console.log(
  `ratio ${(page.length / (best.get('parse and format') ?? 1) / (markdownPage.length / (best.get('markdown-it') ?? 1))).toFixed(2)}`,
)

/**
 * The first view of a page after a start, for which its template is made, beside the second one, and beside reading a template that was
 * stored as JSON: `node --conditions=servus-checkout --import tsx test/bench/view/first-view.ts`.
 *
 * Why templates are not kept on disk: for a page of 20 KB (November 2026, Node 20, two busy cores) a first view takes 6.5 ms of processor
 * time, 3 of them for the template, and a second one 1. A stored template would be read and checked in 0.2 to 0.5 ms, so each page would gain
 * 3 ms once a start. For that, twice the size of all pages would lie on the disk, and everything a template is made of would have to be
 * compared at each start: texts, which pages exist, attachments, the configuration, translations, and every file that a parser or macro
 * imports. What was forgotten there would show old pages for ever, which nobody sees as often as 3 ms.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestHost } from '../../../core/testing/test-host.ts'

const count = 300
const paragraph =
  "A wiki is a place where people who ''know'' something write it down for people who '''want''' to know it. See HelpContents, FrontPage and [[Topic/%|more]]. "
const textOf = (page: number): string => {
  const sections = Array.from(
    { length: 24 },
    (_, at) =>
      `== Section ${at} of ${page} ==\n\n${paragraph.replaceAll('%', String(at)).repeat(5)}\n\n * one\n * two\n || a || b ||\n`,
  )
  return `<<TableOfContents>>\n${sections.join('\n')}`
}

const dataDir = mkdtempSync(join(tmpdir(), 'servus-bench-'))
try {
  const names = Array.from({ length: count }, (_, at) => `Page${at}`)
  const pages = Object.fromEntries(names.map((name, at) => [name, textOf(at)]))
  await (await createTestHost({ dataDir, pages })).close()
  const host = await createTestHost({ dataDir })
  const browser = host.browser()
  // The compiler learns the paths from the first hundred.
  for (const name of names.slice(0, 100)) await browser.get(`/${name}`)
  const measured = names.slice(100)
  const first = await each(measured, (name) => browser.get(`/${name}`))
  const second = await each(measured, (name) => browser.get(`/${name}`))
  const stored = join(dataDir, 'template.json')
  const markup = await host.render(textOf(1))
  const links = Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`Topic/${at}`, false]))
  writeFileSync(stored, JSON.stringify({ pieces: [markup], links, headings: [], ids: [] }))
  const read = await each(measured, async () => {
    const template = JSON.parse(readFileSync(stored, 'utf8')) as { links: Record<string, boolean> }
    for (const name of Object.keys(template.links)) await host.wiki.store.state(name)
  })
  console.log(JSON.stringify({ 'first view': first, 'second view': second, 'reading a stored template': read }, null, 1))
  await host.close()
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

/** Milliseconds of processor time for one. */
async function each(names: readonly string[], work: (name: string) => Promise<unknown>): Promise<string> {
  const start = process.cpuUsage()
  for (const name of names) await work(name)
  const { user, system } = process.cpuUsage(start)
  return `${((user + system) / 1000 / names.length).toFixed(2)} ms`
}

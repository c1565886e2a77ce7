import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestHost } from 'servus/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quoteName } from '../../core/pages/quote-name.ts'
import { type Case, CASES, CaseRenderer, haveCases, readCases, readSurroundings } from './render-cases.ts'

/** Groups that are about macros are compared where macros run. */
const MARKUP_GROUPS = '^(?!macro$|include$|toc$|footnote$)'

describe.skipIf(!haveCases)('beside MoinMoin', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'servus-cases-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('shows pages as MoinMoin shows them, but for the deviations that are listed with a reason', async () => {
    const renderer = new CaseRenderer()
    const { total, unequal } = await compare((one) => renderer.render(one), '--group', MARKUP_GROUPS)
    expect(unlisted(unequal)).toEqual([])
    expect(total.equal / total.scored).toBeGreaterThan(0.98)
  })

  it('shows pages with macros as MoinMoin shows them, in a whole wiki', async () => {
    const dataDir = join(folder, 'data')
    fill(dataDir)
    const host = await createTestHost({ dataDir, wiki: { interwikiname: 'OracleWiki' } })
    try {
      const { total, unequal } = await compare(({ text, pagename }) => host.render(text, pagename))
      expect(unlisted(unequal)).toEqual([])
      expect(total.equal / total.scored).toBeGreaterThanOrEqual(0.98)
      expect(total.text / total.scored).toBeGreaterThanOrEqual(0.995)
    } finally {
      await host.close()
    }
  })

  /** What the comparer says of all cases, or of some groups. */
  async function compare(render: (one: Case) => Promise<string>, ...options: readonly string[]): Promise<Comparison> {
    const lines: string[] = []
    for (const one of readCases()) lines.push(JSON.stringify({ id: one.id, html: await render(one) }))
    const rendered = join(folder, 'rendered.jsonl')
    const result = join(folder, 'result.json')
    writeFileSync(rendered, lines.join('\n'))
    const [comparer, cases] = ['compare.mjs', 'cases.jsonl'].map((file) => fileURLToPath(new URL(file, CASES)))
    execFileSync(process.execPath, [comparer ?? '', cases ?? '', rendered, ...options, '--json', result])
    return JSON.parse(readFileSync(result, 'utf8'))
  }
})

interface Comparison {
  readonly total: { readonly scored: number; readonly equal: number; readonly text: number }
  readonly unequal: readonly { readonly id: string }[]
}

function unlisted(unequal: Comparison['unequal']): readonly string[] {
  const listed = readFileSync(new URL('deviations.md', import.meta.url), 'utf8')
  return unequal.map(({ id }) => id).filter((id) => !listed.includes(`\`${id}\``))
}

/** The wiki that the cases were rendered in, as MoinMoin keeps its files. */
function fill(dataDir: string): void {
  const { names, pages, attachments } = readSurroundings()
  const folderOf = (name: string): string => join(dataDir, 'pages', quoteName(name))
  for (const name of names) {
    mkdirSync(join(folderOf(name), 'revisions'), { recursive: true })
    writeFileSync(join(folderOf(name), 'current'), '00000001\n')
    writeFileSync(join(folderOf(name), 'revisions', '00000001'), pages[name] ?? 'Text.\n')
  }
  for (const [name, files] of Object.entries(attachments)) {
    mkdirSync(join(folderOf(name), 'attachments'), { recursive: true })
    for (const [file, bytes] of Object.entries(files))
      writeFileSync(join(folderOf(name), 'attachments', file), Buffer.from(bytes, 'base64'))
  }
}

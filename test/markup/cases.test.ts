import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { CASES, CaseRenderer, haveCases, readCases } from './render-cases.ts'

/** Groups that are about macros are compared where macros run. */
const MARKUP_GROUPS = '^(?!macro$|include$|toc$|footnote$)'

it.skipIf(!haveCases)('shows pages as MoinMoin shows them, but for the deviations that are listed with a reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'servus-cases-'))
  try {
    const renderer = new CaseRenderer()
    const lines: string[] = []
    for (const one of readCases()) lines.push(JSON.stringify({ id: one.id, html: await renderer.render(one) }))
    writeFileSync(join(folder, 'rendered.jsonl'), lines.join('\n'))
    const compare = fileURLToPath(new URL('compare.mjs', CASES))
    const cases = fileURLToPath(new URL('cases.jsonl', CASES))
    const result = join(folder, 'result.json')
    execFileSync(process.execPath, [compare, cases, join(folder, 'rendered.jsonl'), '--group', MARKUP_GROUPS, '--json', result])
    const { total, unequal } = JSON.parse(readFileSync(result, 'utf8'))
    const listed = readFileSync(new URL('deviations.md', import.meta.url), 'utf8')
    expect(unequal.map(({ id }: { id: string }) => id).filter((id: string) => !listed.includes(`\`${id}\``))).toEqual([])
    expect(total.equal / total.scored).toBeGreaterThan(0.98)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

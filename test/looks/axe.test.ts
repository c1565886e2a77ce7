import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from './browser.ts'
import { servePreview } from './preview.ts'
import { samples } from './samples.ts'

const browser: Browser | null = await openBrowser()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
// Colours hang on the scheme and the layout on the width, neither on both: two views see everything.
const views = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

describe.skipIf(browser === null)('the default theme', { timeout: 60_000 }, () => {
  let server: Server
  let origin: string
  beforeAll(async () => {
    ;({ server, origin } = await servePreview())
  })
  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  test.each(Object.keys(samples))('meets WCAG 2.2 AA on both widths and in both schemes: %s', async (name) => {
    const page = await (browser as Browser).newPage({ bypassCSP: true })
    try {
      const faults: string[] = []
      page.on('pageerror', (error) => faults.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
      await page.goto(`${origin}/${name}`)
      await page.addScriptTag({ content: axe })
      for (const { width, colorScheme } of views) {
        const view = `${width} px, ${colorScheme}`
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        // Closed boxes would hide their contents from the check. An open menu covers what lies below, so it is looked at by itself.
        const { violations } = (await page.evaluate(`(async () => {
          for (const box of document.querySelectorAll('details')) box.open = !box.matches('.menu')
          const { violations } = await axe.run(document, { runOnly: ${JSON.stringify(rules)} })
          for (const menu of document.querySelectorAll('.menu')) {
            menu.open = true
            violations.push(...(await axe.run(menu, { runOnly: ${JSON.stringify(rules)} })).violations)
            menu.open = false
          }
          return { violations }
        })()`)) as { violations: Violation[] }
        expect(
          violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`)),
          view,
        ).toEqual([])
        expect(
          await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
          `${view}: nothing makes the page scroll sideways`,
        ).toBe(true)
      }
      expect(faults).toEqual([])
    } finally {
      await page.close()
    }
  })
})

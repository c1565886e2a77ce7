import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'
import { openBrowser } from './browser.ts'
import { servePreview } from './preview.ts'
import { samples } from './samples.ts'

const browser: Browser | null = await openBrowser()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
// Colours hang on the scheme and the layout on the width, neither on both: two views see everything. What does not hang on
// either is looked at in the first.
const views = [
  { width: 1280, colorScheme: 'light', runOnly: rules },
  { width: 390, colorScheme: 'dark', runOnly: { type: 'rule', values: ['color-contrast', 'target-size'] } },
] as const

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

afterAll(() => browser?.close())

describe.skipIf(browser === null)('the default theme', { timeout: 60_000 }, () => {
  let server: Server
  let origin: string
  beforeAll(async () => {
    ;({ server, origin } = await servePreview())
  })
  afterAll(() => server.close())

  test.each(Object.keys(samples))('meets WCAG 2.2 AA on both widths and in both schemes: %s', async (name) => {
    const page = await (browser as Browser).newPage({ bypassCSP: true })
    try {
      await expectAccessible(page, `${origin}/${name}`)
    } finally {
      await page.close()
    }
  })
})

describe.skipIf(browser === null)('what superusers see', { timeout: 60_000 }, () => {
  let host: TestHost
  beforeAll(async () => {
    host = await createTestHost({
      files: {
        'plugins/macros/Forecast.ts': forecast,
        'plugins/macros/Torn.ts': 'export const execute = \n',
        'plugins/macros/Fails.ts': "export function execute() {\n  throw new Error('no weather today')\n}\n",
        'plugins/macros/BR.ts': "export const dependencies = []\nexport const execute = () => '<br>'\n",
      },
      pages: { Page: '<<Forecast>> <<Torn>> <<Fails>> <<BR>>' },
      users: { Ada: 'correct horse' },
      wiki: { superuser: ['Ada'] },
    })
  })
  afterAll(() => host.close())

  test.each([
    ['plugins', 'macros/Forecast'],
    ['pluginsettings', 'macros/Forecast'],
    ['pluginsettings&plugin=macros/Forecast', 'Cities, one a line'],
    ['sessions', 'All sessions of this wiki'],
    ['switchuser', 'Look as another user'],
  ])('meets WCAG 2.2 AA on both widths and in both schemes: ?action=%s', async (action, words) => {
    const ada = await host.signedIn('Ada', 'correct horse')
    await ada.get('/Page')
    const context = await (browser as Browser).newContext({ bypassCSP: true })
    const url = `http://127.0.0.1:${host.port}`
    await context.addCookies(ada.jar.for(new URL(url)).map(({ name, value }) => ({ name, value, url })))
    try {
      const page = await context.newPage()
      await expectAccessible(page, `${url}/Page?action=${action}`)
      expect(await page.textContent('main')).toContain(words)
    } finally {
      await context.close()
    }
  })
})

const forecast = `import { defineMacro } from 'servus'
import { z } from 'zod'

export const settings = z.object({
  units: z.enum(['metric', 'imperial']).default('metric').describe('Units of what is shown'),
  apiKey: z.string().optional().meta({ secret: true }),
  refresh: z.int().default(1800).meta({ duration: true }),
  loud: z.boolean().default(false),
  cities: z.array(z.string()).default(['Paris']).describe('Cities, one a line'),
  stations: z.array(z.object({ name: z.string(), height: z.int().default(0) })).default([{ name: 'Harbour', height: 3 }]),
})

export default defineMacro({ dependencies: ['time'], execute: ({ formatter }) => formatter.text('7 degrees') })
`

/** Looks at an address in every view. */
async function expectAccessible(page: Page, address: string): Promise<void> {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  await page.goto(address)
  await page.addScriptTag({ content: axe })
  for (const { width, colorScheme, runOnly } of views) {
    const view = `${width} px, ${colorScheme}`
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    // Closed boxes would hide their contents from the check. An open menu covers what lies below, so it is looked at by itself.
    const { violations } = (await page.evaluate(`(async () => {
      for (const box of document.querySelectorAll('details')) box.open = !box.matches('.menu')
      const { violations } = await axe.run(document, { runOnly: ${JSON.stringify(runOnly)} })
      for (const menu of document.querySelectorAll('.menu')) {
        menu.open = true
        violations.push(...(await axe.run(menu, { runOnly: ${JSON.stringify(runOnly)} })).violations)
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
}

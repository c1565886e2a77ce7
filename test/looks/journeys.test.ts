import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createTestHost, type TestHost } from 'servus/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from './browser.ts'

const browser: Browser | null = await openBrowser()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(browser === null)('a wiki in a real browser', { timeout: 60_000 }, () => {
  let host: TestHost
  let visitor: BrowserContext

  beforeAll(async () => {
    host = await createTestHost({
      wiki: { cookieLifetime: [1, 12] },
      users: { Ines: 'harbour bell and tide' },
      pages: { Tide: '= Tide =\nThe water is low.\n\n * kale\n', Visits: '<<SessionTest>>\n' },
      now: Date.now(),
    })
  })
  afterEach(() => visitor?.close())
  afterAll(async () => {
    await browser?.close()
    await host?.close()
  })

  const visit = async (options: Parameters<Browser['newContext']>[0]): Promise<Page> => {
    visitor = await (browser as Browser).newContext({ baseURL: `http://localhost:${host.port}`, ...options })
    return visitor.newPage()
  }
  // Asked for at most once.
  let state: ReturnType<BrowserContext['storageState']> | null = null
  const signedIn = (): ReturnType<BrowserContext['storageState']> =>
    (state ??= visit({}).then(async (page) => {
      await signIn(page)
      const kept = await page.context().storageState()
      await page.context().close()
      return kept
    }))
  const signIn = async (page: Page): Promise<void> => {
    await page.goto('/Tide?action=login')
    await page.fill('[name=name]', 'Ines')
    await page.fill('[name=password]', 'harbour bell and tide')
    await page.click('[name=login]')
  }

  test('lets a writer sign in, preview, save, compare, go back and sign out without JavaScript', async () => {
    const page = await visit({ javaScriptEnabled: false })
    await signIn(page)
    expect(new URL(page.url()).pathname).toBe('/Tide')

    await page.click('.page-tabs >> text=Edit')
    await page.fill('[name=savetext]', '= Tide =\nThe water is high.\n\n * kale\n')
    await page.fill('[name=comment]', 'It came in')
    await page.click('[name=button_preview]')
    expect(await page.textContent('.preview')).toContain('The water is high.')
    expect(await page.inputValue('[name=comment]')).toBe('It came in')
    await page.click('[name=button_save]')
    expect(await page.textContent('.wiki-content')).toContain('The water is high.')

    await page.click('.page-tabs >> text=History')
    await page.click('.history-form button')
    expect(await page.textContent('.diff del')).toBe('low')
    expect(await page.textContent('.diff ins')).toBe('high')
    await page.check('#diff-unified', { force: true })

    await page.click('text=Revert to revision 1')
    await page.click('[name=doit]')
    await page.goto('/Tide')
    expect(await page.textContent('.wiki-content')).toContain('The water is low.')

    await page.click('.user-menu summary')
    await page.click('.user-menu button')
    expect(await page.locator('.user-links').count()).toBe(1)
  })

  test('keeps what a session remembers from one view to the next', async () => {
    const page = await visit({ javaScriptEnabled: false })
    await page.goto('/Visits')
    await page.goto('/Visits')
    const value = /Set to value \d+/.exec((await page.textContent('.wiki-content')) ?? '')?.[0]
    await page.goto('/Visits')
    expect(await page.textContent('.wiki-content')).toContain(value?.replace('Set to', 'Loaded'))
  })

  test('warns before leaving text that is not saved', async () => {
    const page = await visit({})
    await signIn(page)
    await page.goto('/Tide?action=edit')
    await page.locator('[name=savetext]').pressSequentially('More. ')
    let asked = 0
    page.on('dialog', (dialog) => {
      asked++
      void dialog.accept()
    })
    await page.goto('/Tide')
    expect(asked).toBe(1)
  })

  test('keeps the colours that the reader chose on this device', async () => {
    const page = await visit({ colorScheme: 'light' })
    const paper = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    await page.goto('/Tide')
    const light = await paper()
    await page.click('.scheme-switch >> text=Dark')
    await page.goto('/Visits')
    expect(await paper()).not.toBe(light)
  })

  test.each([1160, 1180, 1200, 1280])(
    'shows code beside the contents of a page, %i pixels wide, and no hole above it',
    async (width) => {
      const page = await visit({ viewport: { width, height: 900 } })
      await page.goto('/HelpOnSessions')
      expect(await page.evaluate('getComputedStyle(document.querySelector(".table-of-contents")).float')).toBe('inline-end')
      const above = `[...document.querySelectorAll('.table-of-contents ~ pre')].map((code) => {
      let before = code.previousElementSibling
      while (before.getBoundingClientRect().height === 0) before = before.previousElementSibling
      return code.getBoundingClientRect().top - before.getBoundingClientRect().bottom
    })`
      const holes = (await page.evaluate(above)) as number[]
      expect(holes.length).toBeGreaterThan(1)
      expect(Math.max(...holes)).toBeLessThan(60)
    },
  )

  test.each([1180, 1600])(
    'leaves the words about a macro room beside a long call and a wide example, %i pixels wide',
    async (width) => {
      const page = await visit({ viewport: { width, height: 900 } })
      await page.goto('/HelpOnMacros')
      const words = `[...document.querySelectorAll('.wiki-content > div > table > tbody > tr > td:nth-child(2):nth-last-child(2)')].map((cell) => {
      const { width, right } = cell.getBoundingClientRect()
      return { width, hidden: right - cell.closest('div').getBoundingClientRect().right }
    })`
      const cells = (await page.evaluate(words)) as { width: number; hidden: number }[]
      expect(cells.length).toBeGreaterThan(40)
      expect(Math.min(...cells.map((cell) => cell.width))).toBeGreaterThan(110)
      expect(Math.max(...cells.map((cell) => cell.hidden))).toBeLessThan(-100)
    },
  )

  test.each([
    '/',
    '/HelpContents',
    '/HelpOnMarkup',
    '/HelpOnMacros',
    '/HelpOnConfiguration',
    '/RecentChanges',
    '/TitleIndex',
    '/FindPage',
    '/?action=fullsearch&value=tide',
    '/Tide?action=edit',
    '/Tide?action=info',
    '/Tide?action=diff',
    '/Tide?action=recall&rev=1',
    '/Tide?action=AttachFile',
    '/Tide?action=userprefs',
    '/Tide?action=DeletePage',
    '/NotThere',
  ])('meets WCAG 2.2 AA and its own security policy at %s', async (path) => {
    const page = await visit({ viewport: { width: 390, height: 800 }, storageState: await signedIn() })
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    // A 404 is reported by the browser too, and expected on the way.
    page.on(
      'console',
      (message) => message.type() === 'error' && !message.text().includes('status of 404') && faults.push(message.text()),
    )
    await page.goto(path)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // Run from outside of the page: its policy allows no script of strangers.
      const { violations } = (await page.evaluate(
        `${axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
      )) as {
        violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[]
      }
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`)),
        colorScheme,
      ).toEqual([])
    }
    expect(
      await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
      'nothing makes the page scroll sideways',
    ).toBe(true)
    expect(faults).toEqual([])
  })
})

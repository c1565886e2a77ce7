import type { Browser } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { OpenIdAuth, PasswordAuth } from 'servus'
import { createTestHost } from 'servus/testing'
import { openBrowser } from '../../looks/browser.ts'
import { OpenIdServer } from './open-id-server.ts'

const browser: Browser | null = await openBrowser()
afterAll(() => browser?.close())

// What no other test sees: browsers check where the answer to a form leads (form-action), and which cookies come back from elsewhere.
test.skipIf(browser === null)(
  'a real browser gets to the provider and back, without scripts, with a strict cookie',
  { timeout: 30_000 },
  async () => {
    const provider = await OpenIdServer.open()
    provider.mood.person = { sub: '1815', preferred_username: 'Ada' }
    const { issuer, clientId, clientSecret } = provider
    const openId = new OpenIdAuth({ issuer, clientId, clientSecret, label: 'Example', autocreate: true })
    const host = await createTestHost({
      wiki: { auth: [new PasswordAuth(), openId], cookieSameSite: 'strict' },
      pages: { Garden: 'A garden.\n' },
      now: Date.now(),
    })
    // Another site than the provider's, which is 127.0.0.1.
    const visitor = await (browser as Browser).newContext({ baseURL: `http://localhost:${host.port}`, javaScriptEnabled: false })
    try {
      const page = await visitor.newPage()
      await page.goto('/Garden?action=login&then=action%3Dinfo')
      await page.getByRole('button', { name: 'Log in with Example' }).click()
      await page.waitForURL('**/Garden?action=info')
      expect(await page.locator('.user-name').textContent()).toBe('Ada')
      await page.goto('/Garden?action=logout')
      await page.locator('main').getByRole('button', { name: 'Log out' }).click()
      await page.waitForURL(`${issuer}/logout?**`)
    } finally {
      await visitor.close()
      await host.close()
      await provider.close()
    }
  },
)

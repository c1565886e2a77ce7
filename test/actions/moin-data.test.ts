import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestHost, type TestBrowser, type TestHost } from '../../core/testing/index.ts'
import { links, plainText } from './read-page.ts'

const original = new URL('../../../shared/moin-data/data', import.meta.url).pathname

/** A data directory that MoinMoin wrote, where there is one to try. */
describe.runIf(existsSync(original))('on a data directory of MoinMoin', () => {
  let dataDir: string
  let host: TestHost
  let visitor: TestBrowser

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'servus-moin-'))
    await cp(original, dataDir, { recursive: true })
    host = await createTestHost({ dataDir })
    visitor = host.browser()
  })
  afterAll(async () => {
    await host?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('answers every action that reads, of every page and every revision', async () => {
    const pages = await host.wiki.store.names({ underlay: false })
    expect(pages).toContain('New Name (v2)')
    for (const page of [...pages, 'ToDelete']) {
      const path = `/${page.split('/').map(encodeURIComponent).join('/')}`
      const history = await host.wiki.store.history(page)
      expect(history.length).toBeGreaterThan(0)
      const info = await visitor.get(`${path}?action=info`)
      expect([page, info.status]).toSatisfy(([, status]) => status === 200 || status === 403)
      if (info.status === 403) continue
      const reading = links(info.text).filter((href) => /action=(recall|raw|diff|AttachFile|print)/.test(href))
      expect(reading.length).toBeGreaterThan(0)
      for (const href of reading) {
        const missing = page === 'ToDelete' && /action=(raw|print)$/.test(href)
        expect([href, (await visitor.get(href)).status]).toEqual([href, missing ? 404 : 200])
      }
    }
  })

  it('tells what happened: reverts, renames, deletions and attachments', async () => {
    const words: string[] = []
    for (const page of [...(await host.wiki.store.names({ underlay: false })), 'ToDelete'])
      words.push(plainText((await visitor.get(`/${encodeURIComponent(page)}?action=info`)).text))
    const all = words.join()
    for (const event of ['created', 'reverted to', 'renamed from', 'deleted', 'attached']) expect(all).toContain(event)
  })

  it('brings back what was deleted there', async () => {
    const history = await host.wiki.store.history('ToDelete')
    const last = history.find(({ size }) => size !== null)
    await visitor.submit(`/ToDelete?action=revert&rev=${last?.revision}`, { doit: '1' })
    expect((await visitor.get('/ToDelete')).status).toBe(200)
  })
})

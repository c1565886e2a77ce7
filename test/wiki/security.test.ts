import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const nobody = { userId: '', address: '', host: '' }
const closed = '#acl Ada:read,write,delete,revert,admin All:\n'

describe('what a visitor may not read', () => {
  it('does not come in as the text of an attachment that another page shows', async () => {
    host = await createTestHost({ pages: { Secret: `${closed}Nothing for you.\n`, Open: 'Look: {{attachment:Secret/plan.txt}}\n', Nosy: '<<Include(Open)>>\n' } })
    await host.wiki.store.attach('Secret', 'plan.txt', Buffer.from('the plan of the vault'), nobody)
    const visitor = host.browser()
    for (const address of ['/Open', '/Nosy', '/Open?action=print', '/Open?action=recall&rev=1']) expect((await visitor.get(address)).text).not.toContain('the plan of the vault')
  })

  it('is shown where the same people may read both pages', async () => {
    host = await createTestHost({ wiki: { aclRightsDefault: 'Known:read,write,delete,revert' }, users: { Ada: 'a long password' }, pages: { Notes: '', Open: '{{attachment:Notes/plan.txt}}\n' } })
    await host.wiki.store.attach('Notes', 'plan.txt', Buffer.from('the plan of the garden'), nobody)
    expect((await (await host.signedIn('Ada', 'a long password')).get('/Open')).text).toContain('the plan of the garden')
  })

  it('vanishes from a page that shows it when the file becomes unreadable', async () => {
    host = await createTestHost({ wiki: { aclHierarchic: true }, pages: { Above: 'Free.\n', 'Above/Notes': 'Free.\n', Open: '{{attachment:Above/Notes/plan.txt}}\n' } })
    await host.wiki.store.attach('Above/Notes', 'plan.txt', Buffer.from('the plan of the garden'), nobody)
    expect((await host.browser().get('/Open')).text).toContain('the plan of the garden')
    await host.wiki.store.save('Above', { text: closed, base: 1, author: nobody })
    expect((await host.browser().get('/Open')).text).not.toContain('the plan of the garden')
  })
})

describe('a change while somebody is being shown the page', () => {
  /** Somebody's view stands still at `at` while the page changes, then goes on. What is shown to the next visitor? */
  async function changedDuring(at: 'facts' | 'template' | 'frame', text: string): Promise<{ status: number; text: string }> {
    host = await createTestHost({ pages: { Plan: 'Open to all.\n', FrontPage: 'Hello.\n' } })
    const { store, themes } = host.wiki.parts
    let goOn = (): void => {}
    const waiting = new Promise<void>((resolve) => (goOn = resolve))
    let reached = (): void => {}
    const arrived = new Promise<void>((resolve) => (reached = resolve))
    let calls = at === 'template' ? -1 : 0
    const stop = async (): Promise<void> => {
      if (++calls !== 1) return
      reached()
      await waiting
    }
    if (at === 'frame') {
      const ready = themes.for.bind(themes)
      themes.for = async (user) => {
        await stop()
        return ready(user)
      }
    } else {
      const read = store.read.bind(store)
      store.read = async (name, revision) => {
        const text = await read(name, revision)
        if (name === 'Plan') await stop()
        return text
      }
    }
    const view = host.browser().get('/Plan')
    await arrived
    await store.save('Plan', { text, base: 1, author: nobody })
    await host.wiki.parts.feed.catchUp()
    goOn()
    await view
    return host.browser().get('/Plan')
  }

  for (const at of ['facts', 'template', 'frame'] as const) {
    it(`leaves nothing old in a cache (${at})`, async () => expect((await changedDuring(at, 'Other words.\n')).text).toContain('Other words.'))
    it(`leaves no rights of before in a cache (${at})`, async () => expect((await changedDuring(at, closed)).status).toBe(403))
  }
})

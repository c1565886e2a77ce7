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

import { afterEach, describe, expect, it } from 'vitest'
import { createTestHost, type TestHost } from 'servus/testing'

let host: TestHost
afterEach(() => host.close())

const cart = `import { html, sessionToken } from 'servus'
export const right = null
export async function execute({ request, page, wiki }) {
  const { session } = request
  const { form } = request
  if (request.method === 'POST') session.append('cart', form.get('item'))
  const token = sessionToken(session)
  return {
    title: 'Cart',
    template: 'cart',
    model: { formAction: page.url({ action: 'cart' }), items: [...(session['cart'] ?? [])].join(' '), link: page.url({ action: 'cart', session: token }) },
  }
}
`
const template =
  '<form method="post" action="{{formAction}}">{{ticket}}{{sessionField}}<input name="item"></form><a href="{{link}}">here</a> [{{items}}]'

async function open(sessionTransports?: readonly ('cookie' | 'query' | 'form')[]): Promise<void> {
  host = await createTestHost({
    wiki: {
      cookieLifetime: [1, 12],
      aclRightsDefault: 'All:read',
      ...(sessionTransports === undefined ? {} : { sessionTransports }),
    },
    pages: { Garden: 'A garden.\n' },
    files: { 'plugins/actions/cart/index.ts': cart, 'plugins/actions/cart/cart.hbs': template },
  })
}

/** A visitor whose browser refuses cookies. */
const stubborn = () => {
  const visitor = host.browser()
  visitor.jar.store = () => {}
  return visitor
}
const field = (page: string, name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
const said = (page: string): string => /\[([^\]]*)\]/.exec(page)?.[1] ?? ''

// Spyce: id by cookie, GET or POST.
describe('a session whose id travels by form and link', () => {
  it('works without any cookie', async () => {
    await open(['cookie', 'query', 'form'])
    const visitor = stubborn()
    const first = await visitor.get('/Garden?action=cart')
    const send = async (page: string, item: string) => {
      const button = page.slice(page.indexOf('action=cart'))
      return visitor.post('/Garden?action=cart', { item, ticket: field(button, 'ticket'), session: field(page, 'session') })
    }
    const second = await send(first.text, 'apple')
    expect(said(second.text)).toBe('apple')
    const third = await send(second.text, 'pear')
    expect(said(third.text)).toBe('apple pear')
    const link = /<a href="([^"]*session=[^"]*)">here/.exec(third.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(said((await visitor.get(link)).text)).toBe('apple pear')
  })

  it('is told to no other site, and to no page that did not ask', async () => {
    await open(['cookie', 'query', 'form'])
    const page = await stubborn().get('/Garden?action=cart')
    const token = field(page.text, 'session')
    expect(token).not.toBe('')
    expect(page.headers['referrer-policy']).toBe('no-referrer')
    const shown = await stubborn().get(`/Garden?session=${encodeURIComponent(token)}`)
    expect(shown.text).not.toContain(token)
    expect(shown.headers['referrer-policy']).toBe('no-referrer')
    const refused = await stubborn().get(`/Garden?action=edit&session=${encodeURIComponent(token)}`)
    expect([refused.status, refused.text.includes('action=edit') || refused.text.includes('action%3Dedit')]).toEqual([403, true])
    expect(refused.text).not.toContain(token)
    expect(JSON.stringify(host.log())).not.toContain(token)
  })

  it('is refused when the cookie says otherwise', async () => {
    await open(['cookie', 'query', 'form'])
    const [mine, other] = [host.browser(), stubborn()]
    for (let i = 0; i < 2; i++) {
      const page = (await mine.get('/Garden?action=cart')).text
      await mine.post('/Garden?action=cart', { item: 'mine', ticket: field(page.slice(page.indexOf('action=cart')), 'ticket') })
    }
    const token = field((await other.get('/Garden?action=cart')).text, 'session')
    expect(said((await mine.get(`/Garden?action=cart&session=${encodeURIComponent(token)}`)).text)).toBe('mine mine')
  })

  it('is off unless the configuration allows it', async () => {
    await open(['cookie', 'query', 'form'])
    const token = field((await stubborn().get('/Garden?action=cart')).text, 'session')
    await host.close()
    await open()
    const page = (await stubborn().get(`/Garden?action=cart&session=${encodeURIComponent(token)}`)).text
    expect(field(page, 'session')).toBe('')
    expect(page).toContain('action=cart&amp;session="')
  })
})

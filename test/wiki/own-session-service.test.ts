import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Reply, Session, SessionRequest, SessionService } from 'servus'
import { createTestHost, type TestHost } from 'servus/testing'

/** Somebody else's session service, in thirty lines: a plain object for each visitor, in a Map. */
class PlainSessions implements SessionService {
  readonly sessions = new Map<string, Record<string, unknown>>()

  getSession(request: SessionRequest): Session {
    const id = request.cookies.get('plain') ?? ''
    const known = this.sessions.get(id)
    // A plain object is a dict; isNew is all that macros ask for beyond that.
    return Object.defineProperty({ ...known }, 'isNew', { value: known === undefined }) as unknown as Session
  }

  async finalize(request: SessionRequest, session: Session, reply: Reply): Promise<void> {
    const { user } = request
    const old = request.cookies.get('plain') ?? ''
    const dict = session as Record<string, unknown>
    if (user?.valid !== true && 'user.id' in dict) {
      this.sessions.delete(old)
      reply.cookies.push('plain=; Max-Age=0; Path=/')
      return
    }
    if (user?.valid === true) Object.assign(dict, { 'user.id': user.id, 'user.auth_method': user.authMethod })
    const id = this.sessions.has(old) ? old : randomUUID()
    this.sessions.set(id, { ...dict })
    if (id !== old) reply.cookies.push(`plain=${id}; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax`)
  }

  async destroySession(id: string): Promise<void> {
    this.sessions.delete(id)
  }

  async *allSessionIds(): AsyncGenerator<string> {
    yield* this.sessions.keys()
  }
}

let host: TestHost
afterEach(() => host.close())

describe('a session service of somebody else', () => {
  it('runs a wiki: the session example, login, the page trail, log-out', async () => {
    const sessionService = new PlainSessions()
    host = await createTestHost({
      wiki: { sessionService },
      pages: { S: '<<SessionTest>>\n' },
      users: { Ada: 'a long password' },
    })
    const ada = host.browser()
    expect((await ada.get('/S')).text).toContain('Not storing any state until you send a cookie.')
    const value = /Set to value (\d+)/.exec((await ada.get('/S')).text)?.[1]
    expect((await ada.get('/S')).text).toContain(`Loaded value ${value}`)
    await ada.submit('/S?action=login', { name: 'Ada', password: 'a long password' })
    const page = (await ada.get('/S')).text
    expect(page).toContain('Log out')
    expect(page).toContain(`Loaded value ${value}`)
    await ada.get('/HelpContents')
    expect([...sessionService.sessions.values()][0]).toMatchObject({ trail: ['S', 'HelpContents'] })
    await ada.submit('/S?action=edit', { savetext: 'Still <<SessionTest>>', button_save: 'Save' })
    expect((await ada.get('/S')).text).toContain('Still')
    await ada.submit('/S?action=logout', {}, { follow: false })
    expect(sessionService.sessions.size).toBe(0)
    expect((await ada.get('/S')).text).not.toContain('Log out')
  })

  it('may answer with a promise of another library', async () => {
    /** What is to be waited for, but no Promise of the language itself. */
    const later = <T>(work: () => T): Promise<T> => {
      return { then: (done: (value: T) => unknown) => void setTimeout(() => done(work()), 1) } as unknown as Promise<T>
    }
    class Elsewhere extends PlainSessions {
      readonly ended: string[] = []
      override getSession = (request: SessionRequest) => later(() => super.getSession(request)) as unknown as Session
      override finalize = (request: SessionRequest, session: Session, reply: Reply): Promise<void> =>
        later(() => {
          this.ended.push('finalized')
          reply.cookies.push('late=1')
          void super.finalize(request, session, reply)
        })
    }
    const sessionService = new Elsewhere()
    host = await createTestHost({ wiki: { sessionService }, pages: { S: '<<SessionTest>>\n' } })
    const visitor = host.browser()
    const first = await visitor.get('/S')
    expect(first.setCookies).toContain('late=1')
    expect(first.text).toContain('Not storing any state until you send a cookie.')
    expect((await visitor.get('/S')).text).toContain('Set to value')
  })

  it('runs a farm with one login for its wikis', async () => {
    const sessionService = new PlainSessions()
    host = await createTestHost({
      farm: {
        common: {
          sessionService,
          userDir: 'users',
          cookieName: 'plain',
          sessionDir: 'sessions',
          aclRightsDefault: 'All:read,write',
        },
        wikis: [
          ['docs', /^https?:\/\/127\.0\.0\.1(:\d+)?\/docs\//, { sitename: 'Docs' }],
          ['team', /^https?:\/\/127\.0\.0\.1(:\d+)?\/team\//, { sitename: 'Team' }],
        ],
      },
      users: { Ada: 'a long password' },
    })
    // What is done once for each service, such as the purge, is done once for both.
    expect(new Set(host.farm.wikis.map(({ wiki }) => wiki.parts.sessions)).size).toBe(1)
    const ada = host.browser()
    await ada.submit('/docs/FrontPage?action=login', { name: 'Ada', password: 'a long password' })
    for (const wiki of ['docs', 'team']) expect((await ada.get(`/${wiki}/HelpContents`)).text).toContain('Log out')
    expect(sessionService.sessions.size).toBe(1)
    expect((await ada.get('/team/HelpContents?action=sessions')).text).toContain('Where you are signed in')
    await ada.submit('/team/HelpContents?action=logout', {}, { follow: false })
    expect((await ada.get('/docs/HelpContents')).text).not.toContain('Log out')
  })

  it.each(['getSession', 'finalize'] as const)(
    'that never answers %s keeps nobody waiting for longer than an action may take',
    async (verb) => {
      const sessionService = new PlainSessions()
      host = await createTestHost({ wiki: { sessionService, deadlines: { action: 100 } }, pages: { S: 'A garden.\n' } })
      const visitor = host.browser()
      expect((await visitor.get('/S')).status).toBe(200)
      Object.assign(sessionService, { [verb]: () => new Promise<never>(() => undefined) })
      expect((await visitor.get('/S')).status).toBe(verb === 'getSession' ? 500 : 503)
      delete (sessionService as Partial<PlainSessions>)[verb]
      expect((await visitor.get('/S')).status).toBe(200)
      expect(JSON.stringify(host.log())).toContain(`sessionService did not answer ${verb} within 100 ms`)
    },
  )

  it('is read by templates as well: keys only, no methods', async () => {
    host = await createTestHost({
      wiki: { sessionService: new PlainSessions() },
      files: {
        'plugins/actions/greet/index.ts':
          "export const right = null\nexport async function execute({ request }) {\n  request.session['name'] = 'Ada'\n  return { title: 'T', template: 'greet' }\n}\n",
        'plugins/actions/greet/greet.hbs': '[{{session.name}}{{session.toString}}]',
      },
    })
    expect((await host.browser().get('/FrontPage?action=greet')).text).toContain('[Ada]')
  })
})

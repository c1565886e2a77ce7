import { afterEach, expect, it } from 'vitest'
import { greeting } from '../../core/commands/greeting.ts'
import { createTestHost, type TestHost } from '../../core/testing/index.ts'

const wikis = [
  ['docs', /^http:\/\/docs\.wiki\.localhost:8080\//],
  ['team', /^http:\/\/www\.wiki\.localhost:8080\/team\//],
] as const
const address = 'http://127.0.0.1:8080/'
const account = { name: 'Ada', password1: 'engine no. 1842', password2: 'engine no. 1842' }

let host: TestHost
afterEach(() => host.close())
const said = (): Promise<string> => greeting(host.farm, address)

it('names the addresses of the wikis of a farm', async () => {
  host = await createTestHost({ farm: { wikis } })
  expect(await said()).toMatch(
    /^ {2}docs: http:\/\/docs\.wiki\.localhost:8080\/\n {2}team: http:\/\/www\.wiki\.localhost:8080\/team\/\n/,
  )
})

it('has one link for the first superuser of all wikis that share their accounts', async () => {
  host = await createTestHost({ farm: { common: { userDir: 'users' }, wikis } })
  const links = [...(await said()).matchAll(/^ {2}(http\S+superuser=\S+)$/gm)].map(([, link = '']) => link)
  expect(links).toEqual([expect.stringMatching(/^http:\/\/docs\.wiki\.localhost:8080\/\?action=newaccount&superuser=/)])
  const form = await host.browser().get(links[0] ?? '')
  expect(form.text).toContain('the first superuser')
  await host.browser().submit(links[0] ?? '', account)
  for (const { wiki } of host.farm.wikis) expect(wiki.parts.superusers.names()).toEqual(['Ada'])
  expect(await said()).not.toContain('superuser')
})

it('has a link for each wiki that has accounts of its own', async () => {
  host = await createTestHost({ farm: { wikis } })
  const links = [...(await said()).matchAll(/^ {2}(http\S+)\?action=newaccount&superuser=/gm)].map(([, where]) => where)
  expect(links).toEqual(['http://docs.wiki.localhost:8080/', 'http://www.wiki.localhost:8080/team/'])
})

it('says where a wiki without a superuser shares the accounts of one that has some', async () => {
  host = await createTestHost({ farm: { common: { userDir: 'users' }, wikis }, users: { Ada: account.password1 } })
  await host.farm.wiki('docs')?.parts.superusers.add('Ada')
  const words = await said()
  expect(words).toContain(
    'There are accounts already, shared with other wikis, but no superuser of team: name one in the configuration',
  )
  expect(words).not.toContain('action=newaccount')
})

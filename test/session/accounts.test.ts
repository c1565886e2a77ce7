import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestHost } from 'servus/testing'
import type { TestHost } from 'servus/testing'
import { setDisabled } from '../../core/users/account-changes.ts'

const password = 'a long password'
let folder: string
let here: TestHost
let there: TestHost

/** Two hosts, as two machines or two processes would be: they share the accounts and nothing else. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'servus-accounts-'))
  const wiki = { userDir: join(folder, 'users'), cookieLifetime: [1, 12] as const }
  here = await createTestHost({ wiki, users: { Ada: password, Bob: password } })
  there = await createTestHost({ wiki })
})
afterEach(async () => {
  await here.close()
  await there.close()
  rmSync(folder, { recursive: true, force: true })
})

const isSignedIn = async (visitor: { get(url: string): Promise<{ text: string }> }): Promise<boolean> =>
  (await visitor.get('/')).text.includes('action=logout')

async function sessionsOf(host: TestHost, id: string): Promise<number> {
  let found = 0
  for await (const _ of host.wiki.parts.sessions.sessionsOf?.(id, host.wiki.mount('').config) ?? []) found++
  return found
}

describe('an account that two hosts know', () => {
  test('is signed out on both when it is disabled on one, and stays out when it is enabled again', async () => {
    const [ada, away, bob] = [
      await here.signedIn('Ada', password),
      await there.signedIn('Ada', password),
      await there.signedIn('Bob', password),
    ]
    expect([await isSignedIn(ada), await isSignedIn(away), await isSignedIn(bob)]).toEqual([true, true, true])
    const { users } = here.wiki.parts
    const id = (await users.byName('Ada'))?.id ?? ''
    expect(await sessionsOf(there, id)).toBe(1)

    await setDisabled(users, id, true)
    expect([await isSignedIn(ada), await isSignedIn(away), await isSignedIn(bob)]).toEqual([false, false, true])
    // Not only turned away: the record is gone with the first request.
    expect([await sessionsOf(here, id), await sessionsOf(there, id)]).toEqual([0, 0])

    await setDisabled(users, id, false)
    expect([await isSignedIn(ada), await isSignedIn(away)]).toEqual([false, false])
  })

  test('is out on both even if nobody asked while it was disabled', async () => {
    const away = await there.signedIn('Ada', password)
    const { users } = here.wiki.parts
    const id = (await users.byName('Ada'))?.id ?? ''
    await setDisabled(users, id, true)
    await setDisabled(users, id, false)
    expect(await isSignedIn(away)).toBe(false)
  })

  test('is signed out on both when its files are taken away', async () => {
    const [ada, away, bob] = [
      await here.signedIn('Ada', password),
      await there.signedIn('Ada', password),
      await there.signedIn('Bob', password),
    ]
    const id = (await here.wiki.parts.users.byName('Ada'))?.id ?? ''
    rmSync(join(folder, 'users', 'servus', id), { recursive: true })
    expect([await isSignedIn(ada), await isSignedIn(away), await isSignedIn(bob)]).toEqual([false, false, true])
    expect([await sessionsOf(here, id), await sessionsOf(there, id)]).toEqual([0, 0])
  })
})

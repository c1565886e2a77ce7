import { expect, test } from 'vitest'
import { MemorySessionService } from '../../core/session/index.ts'
import type { Session } from '../../core/session/index.ts'
import { Visitor, config, somebody } from './visitor.ts'

/** The macro of the manual. */
function sessionTest(session: Session): string {
  if (session.isNew) return 'Not storing any state until you send a cookie.'
  if ('test' in session) return `Loaded value ${session['test']}`
  session['test'] = 42
  return 'Set to value 42'
}

test('shows the three sentences of the example to an anonymous visitor with [1, 12]', async () => {
  const visitor = new Visitor(new MemorySessionService())
  const said = []
  for (let n = 0; n < 5; n++) said.push((await visitor.visit(sessionTest)).value)
  expect(said).toEqual([
    'Not storing any state until you send a cookie.',
    'Set to value 42',
    'Loaded value 42',
    'Loaded value 42',
    'Loaded value 42',
  ])
})

test('never sends an anonymous visitor a cookie with [0, 12], and keeps the session of a signed-in one', async () => {
  const service = new MemorySessionService()
  const visitor = new Visitor(service, config({ cookieLifetime: [0, 12] }))
  for (let n = 0; n < 3; n++) {
    const { value, setCookies } = await visitor.visit(sessionTest)
    expect(value).toBe('Not storing any state until you send a cookie.')
    expect(setCookies).toEqual([])
  }
  const user = somebody()
  await visitor.visit(() => undefined, { method: 'POST', user })
  expect((await visitor.visit(sessionTest, { user })).value).toBe('Set to value 42')
  expect((await visitor.visit(sessionTest, { user })).value).toBe('Loaded value 42')
})

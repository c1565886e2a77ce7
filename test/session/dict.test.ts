import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { MemorySessionService, nameSessionUser, refusingSession } from '../../core/session/index.ts'
import type { Session } from '../../core/session/index.ts'
import { Visitor, config } from './visitor.ts'
import { sure } from './sure.ts'

const visitor = (): Visitor => new Visitor(new MemorySessionService(), config({ anonymousStart: 'at-once' }))

async function returning(values: (session: Session) => void = () => undefined): Promise<Visitor> {
  const one = visitor()
  await one.visit((session) => {
    session['seed'] = 1
    values(session)
  })
  return one
}

test('scenario 11: works as a dict of its data, and shows no inner keys', async () => {
  const one = await returning((session) => {
    session['b'] = [1]
    session.flash('notice', 'hidden')
  })
  await one.visit((session) => {
    expect(session['seed']).toBe(1)
    expect('seed' in session).toBe(true)
    expect('nothing' in session).toBe(false)
    expect(session['nothing']).toBeUndefined()
    expect(Object.keys(session)).toEqual(['seed', 'b'])
    expect([...session]).toEqual([
      ['seed', 1],
      ['b', [1]],
    ])
    expect(JSON.stringify(session)).toBe('{"seed":1,"b":[1]}')
    expect({ ...session }).toEqual({ seed: 1, b: [1] })
    expect(Object.entries(session)).toEqual([
      ['seed', 1],
      ['b', [1]],
    ])
    const names: string[] = []
    for (const name in session) names.push(name)
    expect(names).toEqual(['seed', 'b'])
    expect(String(session)).toBe('[object Session]')
    expect(inspect(session)).not.toContain(one.cookie.split('.')[1])
  })
})

test('scenarios 6 and 7: keeps what was set and forgets what was deleted', async () => {
  const one = await returning()
  await one.visit((session) => {
    session['b'] = 2
  })
  await one.visit((session) => {
    expect(delete session['seed']).toBe(true)
    expect('seed' in session).toBe(false)
    expect(session.delete('b')).toBe(true)
    expect(session.delete('b')).toBe(false)
    session['c'] = 3
  })
  expect((await one.visit((session) => ({ ...session }))).value).toEqual({ c: 3 })
})

test('may be awaited and returned from async functions', async () => {
  const one = await returning()
  await one.visit(async (session) => {
    expect(await session).toBe(session)
    expect(() => {
      session['then'] = 1
    }).toThrow(/session\.set\("then", value\)/)
  })
})

test('bugs 24 and 44: keys named like members or like Object’s own round-trip, by get and set where they must', async () => {
  const one = await returning()
  const names = [
    'changed',
    'save',
    'id',
    'cookie',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__',
    'store',
    'loaded',
    'toJSON',
    'length',
  ]
  await one.visit((session) => {
    for (const name of names) session[name] = { name }
    for (const name of ['get', 'set', 'isNew', 'destroy']) {
      expect(() => {
        session[name] = 1
      }).toThrow(`choose another key, or say session.set("${name}", value)`)
      session.set(name, `kept ${name}`)
    }
  })
  await one.visit((session) => {
    for (const name of names) expect(session[name], name).toEqual({ name })
    for (const name of ['get', 'set', 'isNew', 'destroy']) expect(session.get(name)).toBe(`kept ${name}`)
    expect(typeof session.get).toBe('function')
  })
  expect(({} as Record<string, unknown>)['name']).toBeUndefined()
})

test('refuses the keys that say who is signed in: a key may come from a visitor’s form', async () => {
  await visitor().visit((session) => {
    for (const key of ['user.id', 'user.auth_method', 'setuid']) {
      expect(() => {
        session[key] = 'admin'
      }).toThrow(/written by the session service alone/)
    }
  })
})

test('scenario 67, bug 23: notices changes inside a value, however deep', async () => {
  const one = await returning((session) => {
    session['prefs'] = { lang: 'en', tags: ['a'], when: new Map([['x', 1]]) }
  })
  await one.visit((session) => {
    const prefs = session['prefs'] as { lang: string; tags: string[]; when: Map<string, number> }
    prefs.lang = 'de'
    prefs.tags.push('b')
    prefs.when.set('y', 2)
  })
  expect((await one.visit((session) => session['prefs'])).value).toEqual({
    lang: 'de',
    tags: ['a', 'b'],
    when: new Map([
      ['x', 1],
      ['y', 2],
    ]),
  })
})

test('gives the same object for the same key within a request', async () => {
  const one = await returning((session) => {
    session['list'] = []
  })
  await one.visit((session) => {
    expect(session['list']).toBe(session['list'])
    const fresh: string[] = []
    session['fresh'] = fresh
    fresh.push('later')
    expect(session['fresh']).toEqual(['later'])
  })
  expect((await one.visit((session) => session['fresh'])).value).toEqual(['later'])
})

test('leaves a value as it was when something unstorable got inside, and tells', async () => {
  const service = new MemorySessionService()
  const one = new Visitor(service, config({ anonymousStart: 'at-once' }))
  await one.visit((session) => {
    session['a'] = { fine: 1 }
    session['b'] = 1
  })
  const told: string[] = []
  service.on('error', (event) => told.push(event.reason))
  await one.visit((session) => {
    ;(session['a'] as Record<string, unknown>)['bad'] = () => 1
    session['b'] = 2
  })
  expect((await one.visit((session) => ({ ...session }))).value).toEqual({ a: { fine: 1 }, b: 2 })
  expect(told.join()).toContain('session["a"] cannot keep a function')
})

test('names who set a bad value', async () => {
  await visitor().visit((session) => {
    nameSessionUser(session, 'macro Visits')
    expect(() => {
      session['x'] = () => 1
    }).toThrow('session["x"] (set by macro Visits) cannot keep a function')
  })
})

test('scenario 39: transient values live for this request only, and never reach the store', async () => {
  const one = await returning()
  await one.visit((session) => {
    session.setT('email', 'a@example.org')
    session.transient['more'] = () => 'anything'
    expect(session['email']).toBe('a@example.org')
    expect('email' in session).toBe(true)
    expect(session.getT('email')).toBe('a@example.org')
    expect(Object.keys(session)).toEqual(['seed'])
    expect(session.deleteT('email')).toBe(true)
    expect('email' in session).toBe(false)
    session.setT('email', 'again')
  })
  expect((await one.visit((session) => ['email' in session, session.getT('email'), session.transient])).value).toEqual([
    false,
    undefined,
    {},
  ])
})

test('scenarios 37 and 38, bug 28: a flash is shown exactly once, whatever reads in between, and can be flashed again', async () => {
  const one = await returning()
  await one.visit((session) => session.flash('notice', 'Saved.'), { method: 'POST' })
  await Promise.all(Array.from({ length: 10 }, () => one.twin().visit((session) => session['seed'])))
  const again = await one.visit((session) => {
    const found = session.flashes('notice')
    for (const each of found) session.flash('notice', each)
    return found
  })
  expect(again.value).toEqual(['Saved.'])
  expect((await one.visit((session) => session.flashes('notice'))).value).toEqual(['Saved.'])
  expect((await one.visit((session) => session.flashes('notice'))).value).toEqual([])
})

test('bug 28: a message that comes while another one is shown waits for its own page', async () => {
  const one = await returning((session) => {
    session.flash('notice', 'first')
    session.flash('notice', { n: 'second' })
    session.flash('notices', 'of another key')
  })
  const showing = await one.twin().begin()
  expect(showing.session.flashes('notice')).toEqual(['first', { n: 'second' }])
  expect(showing.session.flashes('notice')).toEqual([])
  await one.twin().visit((session) => session.flash('notice', 'meanwhile'), { method: 'POST' })
  await showing.finish()
  expect((await one.visit((session) => [session.flashes('notice'), Object.keys(session)])).value).toEqual([
    ['meanwhile'],
    ['seed'],
  ])
  expect((await one.visit((session) => [session.flashes('notice'), session.flashes('notices')])).value).toEqual([
    [],
    ['of another key'],
  ])
})

test('messages that were kept as one list are shown as well', async () => {
  const one = await returning((session) => {
    session.append('\u0000flash:notice', 'old')
    session.flash('notice', 'new')
  })
  expect((await one.visit((session) => session.flashes('notice'))).value).toEqual(['old', 'new'])
  expect((await one.visit((session) => session.flashes('notice'))).value).toEqual([])
})

test('a flash of a request that failed is not lost', async () => {
  const one = await returning((session) => session.flash('notice', 'Saved.'))
  await one.visit((session) => session.flashes('notice'), { status: 500 })
  expect((await one.visit((session) => session.flashes('notice'))).value).toEqual(['Saved.'])
})

test('clear forgets the data and keeps the session', async () => {
  const one = await returning((session) => {
    session['b'] = 2
  })
  const cookie = one.cookie
  await one.visit((session) => {
    session.clear()
    expect(Object.keys(session)).toEqual([])
    session['c'] = 3
  })
  expect((await one.visit((session) => ({ ...session }))).value).toEqual({ c: 3 })
  expect(one.cookie).toBe(cookie)
})

test('append keeps a trail: no repeats, no more than wanted', async () => {
  const one = await returning()
  for (const page of ['A', 'B', 'A', 'C', 'D'])
    await one.visit((session) => session.append('trail', page, { max: 3, unique: true }))
  expect((await one.visit((session) => session['trail'])).value).toEqual(['A', 'C', 'D'])
  await one.visit((session) => {
    session.append('trail', 'E', { max: 3 })
    expect(session['trail']).toEqual(['C', 'D', 'E'])
    ;(session['trail'] as string[]).reverse()
    session.append('trail', 'F')
    expect(session['trail']).toEqual(['E', 'D', 'C', 'F'])
    expect(() => session.append('seed', 1)).toThrow(/no list/)
    expect(() => session.increment('trail')).toThrow(/no number/)
  })
  expect((await one.visit((session) => session['trail'])).value).toEqual(['E', 'D', 'C', 'F'])
})

test('bug 23: a list that somebody holds is the same list after an append, and what they add to it is kept', async () => {
  const one = await returning((session) => {
    session['cart'] = [{ name: 'apple', count: 1 }]
  })
  await one.visit((session) => {
    const cart = session['cart'] as { name: string; count: number }[]
    const [apple] = cart
    session.append('cart', { name: 'pear', count: 1 })
    expect(cart).toHaveLength(2)
    expect(session['cart']).toBe(cart)
    cart.push({ name: 'plum', count: 1 })
    sure(apple).count = 5
    const fresh = ['a']
    session['fresh'] = fresh
    session.append('fresh', 'b')
    session.append('fresh', 'a', { unique: true, max: 2 })
    fresh.push('c')
  })
  expect((await one.visit((session) => [session['cart'], session['fresh']])).value).toEqual([
    [
      { name: 'apple', count: 5 },
      { name: 'pear', count: 1 },
      { name: 'plum', count: 1 },
    ],
    ['b', 'a', 'c'],
  ])
})

test('an append to a list that was only looked at stays an append: parallel ones add up', async () => {
  const one = await returning((session) => {
    session['list'] = ['first']
  })
  const [left, right] = [await one.twin().begin(), await one.twin().begin()]
  for (const [request, item] of [
    [left, 'left'],
    [right, 'right'],
  ] as const) {
    expect(request.session['list']).toEqual(['first'])
    request.session.append('list', item)
    expect(request.session['list']).toEqual(['first', item])
  }
  await left.finish()
  await right.finish()
  expect((await one.visit((session) => session['list'])).value).toEqual(['first', 'left', 'right'])
})

test('scenario 33: the later of two writes of one key wins, never a mixture', async () => {
  const one = await returning()
  const first = await one.begin()
  const second = await one.begin()
  first.session['a'] = { from: 'first', x: 1 }
  second.session['a'] = { from: 'second' }
  await second.finish()
  await first.finish()
  expect((await one.visit((session) => session['a'])).value).toEqual({ from: 'first', x: 1 })
})

test('scenario 34: set, delete and set of different keys at once all count', async () => {
  const one = await returning((session) => {
    session['b'] = 1
  })
  const requests = await Promise.all([one.begin(), one.begin(), one.begin()])
  sure(requests[0]).session['a'] = 1
  delete sure(requests[1]).session['b']
  sure(requests[2]).session['c'] = 1
  for (const request of requests) await request.finish()
  expect((await one.visit((session) => Object.keys(session))).value).toEqual(['seed', 'a', 'c'])
})

test('update is atomic against parallel requests, and stores at once', async () => {
  const one = await returning((session) => {
    session['n'] = 0
  })
  await Promise.all(
    Array.from({ length: 20 }, () => one.twin().visit((session) => session.update<number>('n', (n) => (n ?? 0) + 1))),
  )
  expect((await one.visit((session) => session['n'])).value).toBe(20)
  await one.visit(async (session) => {
    expect(await session.update<number>('n', (n) => sure(n) + 1)).toBe(21)
    expect(await session.update<number>('n', (n) => sure(n) + 1)).toBe(22)
    expect((await one.twin().visit((other) => other['n'])).value).toBe(22)
    expect(await session.update('n', () => undefined)).toBeUndefined()
    expect('n' in session).toBe(false)
  })
  expect((await one.visit((session) => 'n' in session)).value).toBe(false)
})

test('scenario 42: a write after the answer is refused with a sentence, a read is not', async () => {
  const one = await returning()
  const late = await one.begin()
  await late.finish()
  expect(() => {
    late.session['x'] = 1
  }).toThrow(/after the answer was finished/)
  expect(late.session['seed']).toBe(1)
})

test('a session refused to code whose output is everyone’s says why', () => {
  const session = refusingSession('macro Title')
  expect(() => session.isNew).toThrow('macro Title may not use the session')
  expect(() => session['x']).toThrow(/dependencies = \['session'\]/)
  expect(() => 'x' in session).toThrow(TypeError)
  expect(() => {
    session['x'] = 1
  }).toThrow(TypeError)
})

test('scenario 72: the public key is stable, not the id, and changes with the session', async () => {
  const one = visitor()
  expect((await one.visit((session) => session.key)).value).toBe('')
  await one.visit((session) => {
    session['a'] = 1
  })
  const { value: key } = await one.visit((session) => session.key)
  expect(key).toMatch(/^[\w-]{22}$/)
  expect(one.cookie).not.toContain(key)
  expect((await one.visit((session) => session.key)).value).toBe(key)
  const renewed = await one.visit((session) => {
    session.renew()
    return session.key
  })
  expect(renewed.value).not.toBe(key)
  // Bug 21: the object shows what the new cookie brings.
  expect((await one.visit((session) => session.key)).value).toBe(renewed.value)
})

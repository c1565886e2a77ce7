import { describe, expect, it } from 'vitest'
import type { NewAccount, UserRecord, UserStore } from '../api/user-store.ts'

/**
 * The conformance suite of user stores: run it in a test file of your own. `open` gives a store on fresh, empty data;
 * `reopen` a second one on the same data, as another process would see it.
 */
export function describeUserStore(name: string, open: () => Promise<{ store: UserStore; reopen(): Promise<UserStore> }>): void {
  describe(`${name} as a user store`, () => {
    it('answers null for accounts that do not exist', async () => {
      const { store } = await open()
      expect(await store.byId('1795234311.51.24077')).toBeNull()
      expect(await store.byId('../../etc/passwd')).toBeNull()
      expect(await store.byId('')).toBeNull()
      expect(await store.byName('Nobody')).toBeNull()
      expect(await store.byName('__proto__')).toBeNull()
      expect(await store.byEmail('')).toBeNull()
      expect(await all(store)).toEqual([])
    })

    it('keeps a new account and finds it by id, name and address', async () => {
      const { store, reopen } = await open()
      const made = await created(store, {
        name: 'Jörg Müller',
        email: 'J@Example.org',
        quickLinks: ['Front Page'],
        extra: { odd: ['x'] },
      })
      expect(made.id).toMatch(/^\d+\.\d+\.\d+$/)
      expect(made).toMatchObject({
        version: 1,
        epoch: 0,
        disabled: false,
        password: '',
        quickLinks: ['Front Page'],
        extra: { odd: ['x'] },
      })
      for (const view of [store, await reopen()]) {
        expect(await view.byId(made.id)).toEqual(made)
        expect(await view.byName('Jörg Müller')).toEqual(made)
        expect(await view.byEmail('j@example.ORG')).toEqual(made)
        expect(await all(view)).toEqual([made])
      }
    })

    it('tells names apart by case, and addresses not', async () => {
      const { store } = await open()
      await created(store, { name: 'Ann', email: 'ann@example.org' })
      expect(await store.byName('ann')).toBeNull()
      expect(await store.create({ name: 'Ann' })).toBe('name-taken')
      expect(await store.create({ name: 'ann', email: 'ANN@example.org' })).toBe('email-taken')
      await created(store, { name: 'ann', email: 'ANN@example.org' }, { emailUnique: false })
    })

    it('lets several accounts be without an address', async () => {
      const { store } = await open()
      await created(store, { name: 'One' })
      await created(store, { name: 'Two' })
    })

    it('gives a name to exactly one of many creators', async () => {
      const { store, reopen } = await open()
      const stores = [store, await reopen(), await reopen()]
      const answers = await Promise.all(stores.flatMap((each) => [1, 2, 3].map(() => each.create({ name: 'Wanted' }))))
      expect(answers.filter((answer) => answer !== 'name-taken')).toHaveLength(1)
      expect(await all(await reopen())).toHaveLength(1)
    })

    it('finds accounts that another process made, renamed or gave an address', async () => {
      const { store, reopen } = await open()
      const other = await reopen()
      expect(await other.byName('Late')).toBeNull()
      const late = await created(store, { name: 'Late' })
      expect(await other.byName('Late')).toEqual(late)
      const renamed = await store.save({ ...late, name: 'Later', email: 'late@example.org' })
      expect(await other.byName('Later')).toEqual(renamed)
      expect(await other.byEmail('late@example.org')).toEqual(renamed)
      expect(await other.byName('Late')).toBeNull()
      await created(other, { name: 'Late' })
    })

    it('hides a disabled account by name, keeps its name taken, and still resolves its id', async () => {
      const { store } = await open()
      const account = await created(store, { name: 'Gone', email: 'gone@example.org' })
      await store.save({ ...account, disabled: true })
      expect(await store.byName('Gone')).toBeNull()
      expect(await store.byEmail('gone@example.org')).toBeNull()
      expect(await store.byName('Gone', { disabled: true })).toMatchObject({ id: account.id, disabled: true })
      expect(await store.byId(account.id)).toMatchObject({ name: 'Gone' })
      expect(await store.create({ name: 'Gone' })).toBe('name-taken')
      expect(await store.create({ name: 'New', email: 'gone@example.org' })).toBe('email-taken')
    })

    it('finds an account by who it is elsewhere, and gives that to one account only', async () => {
      const { store, reopen } = await open()
      const other = await reopen()
      const ann = { issuer: 'https://id.example.org', subject: '1' }
      const made = await created(store, { name: 'Ann', identities: [ann] })
      for (const view of [store, other]) {
        expect(await view.byIdentity(ann)).toEqual(made)
        expect(await view.byIdentity({ ...ann, subject: '2' })).toBeNull()
        expect(await view.byIdentity({ ...ann, issuer: 'https://id.example.com' })).toBeNull()
      }
      expect(await other.create({ name: 'Bob', identities: [ann] })).toBe('identity-taken')
      const bob = await created(other, { name: 'Bob' })
      expect(await other.save({ ...bob, identities: [ann] })).toBe('identity-taken')
      expect(await store.save({ ...made, identities: [] })).toMatchObject({ identities: [] })
      expect(await other.byIdentity(ann)).toBeNull()
      const now = await other.save({ ...bob, identities: [ann] })
      expect(await store.byIdentity(ann)).toEqual(now)
      await store.save({ ...bob, identities: [ann], disabled: true })
      expect(await other.byIdentity(ann)).toBeNull()
      expect(await other.byIdentity(ann, { disabled: true })).toMatchObject({ name: 'Bob' })
    })

    it('saves on top of an expected version only', async () => {
      const { store, reopen } = await open()
      const first = await created(store, { name: 'Ann' })
      const second = await store.save({ ...first, aliasName: 'A.' }, first.version)
      expect(second).toMatchObject({ version: 2, aliasName: 'A.' })
      expect(await (await reopen()).save({ ...first, aliasName: 'B.' }, first.version)).toBe('changed')
      expect(await store.save({ ...first, aliasName: 'C.' })).toMatchObject({ version: 3, aliasName: 'C.' })
      expect(await (await reopen()).byId(first.id)).toMatchObject({ version: 3, aliasName: 'C.' })
    })

    it('loses no change of writers who read again after "changed"', async () => {
      const { store, reopen } = await open()
      const { id } = await created(store, { name: 'Busy' })
      const stores = [store, await reopen(), await reopen()]
      await Promise.all(
        Array.from({ length: 18 }, async (_, n) => {
          const mine = stores[n % stores.length] as UserStore // within bounds
          for (;;) {
            const record = await mine.byId(id)
            if (!record) throw new Error('the account vanished')
            const saved = await mine.save({ ...record, epoch: record.epoch + 1 }, record.version)
            if (saved !== 'changed') return
          }
        }),
      )
      expect(await store.byId(id)).toMatchObject({ epoch: 18, version: 19 })
    })

    it('refuses a name or an address that another account has, and lets an account keep its own', async () => {
      const { store } = await open()
      const ann = await created(store, { name: 'Ann', email: 'ann@example.org' })
      const bob = await created(store, { name: 'Bob', email: 'bob@example.org' })
      expect(await store.save({ ...bob, name: 'Ann' })).toBe('name-taken')
      expect(await store.save({ ...bob, email: 'Ann@Example.org' })).toBe('email-taken')
      expect(await store.save({ ...ann, email: 'ANN@example.org' })).toMatchObject({ email: 'ANN@example.org' })
    })

    it('answers "gone" for a save of an account that does not exist', async () => {
      const { store } = await open()
      const account = await created(store, { name: 'Ann' })
      expect(await store.save({ ...account, id: '1.2.3' })).toBe('gone')
    })

    it('takes any text in the fields', async () => {
      const { store } = await open()
      const odd = { name: 'a\nb\t"\u2028}', aliasName: '\u0000', preferences: { ['__proto__']: 'own', show: true } }
      const made = await created(store, odd)
      expect(await store.byName(odd.name)).toEqual(made)
      expect(await store.byId(made.id)).toMatchObject({ aliasName: '\u0000' })
    })
  })
}

async function created(store: UserStore, account: NewAccount, options?: { emailUnique?: boolean }): Promise<UserRecord> {
  const made = await store.create(account, options)
  if (typeof made === 'string') throw new Error(`create answered ${made}`)
  return made
}

async function all(store: UserStore): Promise<UserRecord[]> {
  const records: UserRecord[] = []
  for await (const record of store.list()) records.push(record)
  return records
}

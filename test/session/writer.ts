// A process of its own for the tests with several: writes to a session store and says what was acknowledged.
// node --import tsx writer.ts <what> <folder> <key> <from> <count>
import { FileStore, noChange } from '../../core/session/index.ts'

const [what = '', folder = '', key = '', from = '0', count = '0'] = process.argv.slice(2)
const store = new FileStore(folder)
const first = Number(from)
const line = (text: string): void => void process.stdout.write(`${text}\n`)

switch (what) {
  case 'keys':
    for (let n = first; n < first + Number(count); n++)
      line(
        `${n} ${await store.merge(key, { ...noChange, set: new Map([[`k${n}`, String(n)]]), increment: new Map([['n', 1]]) })}`,
      )
    break
  case 'create': {
    const now = Date.now()
    // Until it is killed.
    for (let n = first; ; n++) {
      const name = `${key}${n.toString(16).padStart(8, '0')}`
      const user = n % 3 === 0 ? 'anna' : ''
      const made = await store.create(name, {
        kind: user ? 'user' : 'anonymous',
        user,
        realm: 'r',
        handle: 'h',
        created: now,
        lastSeen: now,
        expires: now + 3_600_000,
        device: '',
        address: '',
        values: new Map([['n', String(n)]]),
      })
      if (n % 2 === 0) await store.merge(name, { ...noChange, set: new Map([['more', `"${'x'.repeat(n % 500)}"`]]) })
      if (made) line(name)
    }
  }
  case 'add':
    // Until it is killed.
    for (;;) {
      await store.merge(key, { ...noChange, increment: new Map([['n', 1]]) })
      line('1')
      // Lets the pipe be written to: an acknowledgement that stays in this process is none.
      await new Promise((resolve) => setImmediate(resolve))
    }
  case 'logout':
    await store.destroy(key)
    line('done')
    break
}

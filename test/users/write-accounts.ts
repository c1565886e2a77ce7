/**
 * One of several processes in file-user-store.test.ts: `write-accounts.ts FOLDER ID ROUNDS` raises an account's epoch and
 * tries to take the same names as the others; prints how many names it got.
 */
import { FileUserStore } from '../../core/users/file-user-store.ts'

const [folder = '', id = '', rounds = '0'] = process.argv.slice(2)
const store = new FileUserStore(folder)
let names = 0
for (let round = 0; round < Number(rounds); round++) {
  for (;;) {
    const record = await store.byId(id)
    if (!record) throw new Error('the account vanished')
    if ((await store.save({ ...record, epoch: record.epoch + 1 }, record.version)) !== 'changed') break
  }
  if (typeof (await store.create({ name: `Race ${round}` })) !== 'string') names++
}
console.log(names)

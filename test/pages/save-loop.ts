/*
 * A process that saves one page over and over, for tests that kill it:
 *   node --import tsx save-loop.ts DATA WRITER   prints "<revision>\n" for each save that was acknowledged.
 */
import { writeSync } from 'node:fs'
import { MoinPageStore } from '../../core/pages/moin-page-store.ts'
import { wordsOf } from './loop-text.ts'

const [data = '', writer = '', last = '1000000'] = process.argv.slice(2)
const store = new MoinPageStore({ dataFolder: data })
const author = { userId: writer, address: '', host: '' }

for (let round = 0; round < Number(last); round++) {
  const { revision, exists } = await store.state('Loop')
  // Now and then the page is deleted, or another one is made.
  const text = round % 7 === 6 && exists ? null : wordsOf(`${writer} ${process.pid} ${round}`)
  const result = await store.save('Loop', { text, base: revision, author })
  if (result.status === 'saved') writeSync(1, `${result.revision} ${text === null ? 'deleted' : `${process.pid} ${round}`}\n`)
  if (round % 5 === 0) await store.save(`${writer} ${process.pid} ${round}`, { text: wordsOf('new'), base: 0, author })
}

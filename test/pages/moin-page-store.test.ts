import { describePageStore } from '../../core/testing/describe-page-store.ts'
import { openStore } from './data-folder.ts'

describePageStore('MoinPageStore', async () => {
  const { store, data } = openStore()
  return { store, reopen: async () => openStore({ dataFolder: data }).store }
})

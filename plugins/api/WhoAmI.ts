import { defineApiMethod } from 'servus'

/** Whom the wiki takes the caller for. */
export default defineApiMethod({
  summary: 'Whom the wiki takes you for.',
  execute({ request: { user } }) {
    const { name, valid, authMethod } = user
    return valid ? { name, valid, authMethod } : { name: '', valid, authMethod: '' }
  },
})

import { defineApiMethod } from 'servus'

/** The caller's own account, as far as its owner can change it. */
export default defineApiMethod({
  summary: 'Your own account.',
  signedIn: true,
  execute({ request: { user } }) {
    const { name, aliasName, email, language, themeName, timeZone, quickLinks } = user
    return { name, aliasName, email, language, themeName, timeZone, quickLinks }
  },
})

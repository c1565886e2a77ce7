import { defineWiki } from 'servus'

/** The wiki that `npm start` serves. HelpOnConfiguration lists every option. */
export default defineWiki({
  sitename: 'My Wiki',
  pageFrontPage: 'FrontPage',

  // Hours [anonymous, logged-in]. The built-in default is MoinMoin's [0, 12]: no sessions for anonymous visitors.
  cookieLifetime: [1, 12],

  // Everybody reads, whoever has an account writes.
  aclRightsDefault: 'Known:read,write,delete,revert All:read',
})

import { defineApiMethod } from 'servus'

/** The names of the pages whose text links to a page, whether that one exists or not. */
export default defineApiMethod({
  summary: 'The names of the pages that link to a page.',
  params: { pagename: 'text' },
  execute: ({ params, wiki }) => wiki.pages.backlinks(wiki.pageName(params.pagename)),
})

import { defineApiMethod } from 'servus'

/** The names of all pages that the caller may read, help pages included. */
export default defineApiMethod({
  summary: 'The names of all pages.',
  execute: ({ wiki }) => wiki.pages.names(),
})

import { badToken, defineApiMethod } from 'servus'

/** Ends a token. */
export default defineApiMethod({
  summary: 'Ends a token.',
  params: { token: 'text' },
  postOnly: true,
  async execute({ params, tokens }) {
    if (!(await tokens.end(params.token))) throw badToken()
    return 'SUCCESS'
  },
})

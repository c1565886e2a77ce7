import { badToken, defineApiMethod } from 'servus'

/** The further calls of this `system.multicall` are made by whom the token stands for. */
export default defineApiMethod({
  summary: 'Says by a token who makes the further calls of this request.',
  params: { token: 'text' },
  postOnly: true,
  async execute({ params, tokens }) {
    if (!(await tokens.apply(params.token))) throw badToken()
    return 'SUCCESS'
  },
})

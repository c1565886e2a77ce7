import { defineApiMethod } from 'servus'

/** A token that stands for an account for a day. '' when name or password is wrong, as in MoinMoin; without both, one for the caller. */
export default defineApiMethod({
  summary: 'A token for an account: send it as "Authorization: Bearer …" or by applyAuthToken.',
  params: { username: 'text?', password: 'text?' },
  postOnly: true,
  async execute({ params: { username, password }, tokens }) {
    if (username === undefined && password === undefined) return tokens.makeForCaller()
    return (await tokens.make(username ?? '', password ?? '')) ?? ''
  },
})

import { badParameter, defineApiMethod, forbidden } from 'servus'

/** Attaches a file to a page; one of the same name is replaced, as in MoinMoin. */
export default defineApiMethod({
  summary: 'Attaches a file to a page.',
  params: { pagename: 'text', attachname: 'text', data: 'bytes' },
  changes: true,
  async execute({ page, params: { pagename, attachname, data }, request, wiki }) {
    const { name } = await page(pagename)
    if (!(await request.user.may.write(name))) throw forbidden('You may not attach files to this page.')
    if (data.length > wiki.config.uploadSizeLimit)
      throw badParameter(`This file is larger than the ${wiki.config.uploadSizeLimit} bytes this wiki accepts.`)
    await wiki.editor.attach(name, attachname, data, { overwrite: true })
    return true
  },
})
